/// How often a remote is looked at while it is followed, with the clock and the randomness of that, so that a test needs
/// to wait for nothing.
public struct WatchPace: Sendable {
  /// The time between two looks; each is up to a fifth longer or shorter, so that many replicas do not look at once.
  public var interval: Duration
  /// The longest time between two looks, where the remote cannot be reached and each try waits twice as long.
  public var longestInterval: Duration
  /// Waits; returns early, with an error, when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to 1.
  public var random: @Sendable () -> Double

  /// Makes a pace.
  public init(
    interval: Duration = .seconds(5), longestInterval: Duration = .seconds(300),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.interval = interval
    self.longestInterval = longestInterval
    self.sleep = sleep
    self.random = random
  }

  /// How long to wait before the next look.
  ///
  /// - Parameter failures: how many looks in a row failed; each doubles the time, up to ``longestInterval``.
  public func delay(afterFailures failures: Int) -> Duration {
    let doubled = interval * (1 << min(failures, 16))
    return min(doubled, max(interval, longestInterval)) * (0.8 + 0.4 * random())
  }
}
