import AnnotationStore
import Hummingbird
import Logging
import NIOCore

/// What belongs to one request.
struct HubContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection that it came by; `nil` for one of this process, which came by none.
  let channel: (any Channel)?
  /// When it came.
  let start = ContinuousClock.now
  /// What it is called in the log and to its client; Hummingbird's own is lost where a log handler keeps no metadata.
  let requestID = hexadecimal((0..<8).map { _ in UInt8.random(in: .min ... .max) })

  init(source: ApplicationRequestContextSource) {
    self.init(source, source.channel)
  }

  /// What belongs to a request that came by no connection.
  init(logger: Logger) { self.init(Here(logger: logger), nil) }

  private struct Here: RequestContextSource {
    let logger: Logger
  }

  private init(_ source: some RequestContextSource, _ channel: (any Channel)?) {
    coreContext = CoreRequestContextStorage(source: source)
    self.channel = channel
    logger[metadataKey: "hb.request.id"] = nil
    logger[metadataKey: "request"] = "\(requestID)"
  }
}
