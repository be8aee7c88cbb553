/// What the bearer of a token may do; each role may do what those before it may.
public enum Role: String, Codable, CaseIterable, Hashable, Comparable, Sendable {
  /// Take changes, and read.
  case reader
  /// Send changes too; the first that are sent to a store make it.
  case writer
  /// Read the hub's metrics too.
  case admin

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Orders by how much may be done.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
