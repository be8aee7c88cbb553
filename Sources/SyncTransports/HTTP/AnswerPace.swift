/// How fast an answer has to come: a byte now and then keeps a connection from timing out, and would keep a sync for ever.
struct AnswerPace {
  private static let slowestBytesPerSecond = 256
  /// How long the other side may take to think.
  private let patience: Duration
  private var waited = Duration.zero
  private var byteCount = 0

  init(patience: Duration) { self.patience = patience }

  /// Counts a piece of the answer that was waited for.
  ///
  /// - Throws: ``HubFailure/timedOut`` where the whole is slower than anything that anybody would wait for.
  mutating func count(_ bytes: Int, since start: ContinuousClock.Instant) throws {
    waited += start.duration(to: .now)
    byteCount += bytes
    if waited > patience + .seconds(byteCount / Self.slowestBytesPerSecond) { throw HubFailure.timedOut }
  }
}
