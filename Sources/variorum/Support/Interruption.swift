import Dispatch
import Foundation

/// Ctrl-C, and being told to end, while a verb follows something: the first time what is being done is finished, the
/// second time the process ends at once, which harms no store.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Begins to listen; until this is released the signals do not end the process.
  init(_ body: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        body()
      }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}
