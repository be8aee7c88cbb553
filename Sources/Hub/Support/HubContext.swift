import AnnotationStore
import Hummingbird
import Logging
import NIOCore

/// What belongs to one request.
struct HubContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection that it came by.
  let channel: any Channel
  /// When it came.
  let start = ContinuousClock.now
  /// What it is called in the log and to its client; Hummingbird's own is lost where a log handler keeps no metadata.
  let requestID = hexadecimal((0..<8).map { _ in UInt8.random(in: .min ... .max) })

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    logger[metadataKey: "hb.request.id"] = nil
    logger[metadataKey: "request"] = "\(requestID)"
  }
}
