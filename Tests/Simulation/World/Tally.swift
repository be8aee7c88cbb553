/// What was seen in one run or many: faults that were injected, and what they led to.
public struct Tally: Hashable, Sendable {
  /// How often, by name.
  public private(set) var counts: [String: Int] = [:]

  /// Counts nothing yet.
  public init() {}

  mutating func count(_ name: String, _ times: Int = 1) { counts[name, default: 0] += times }

  /// Adds another one.
  public static func += (left: inout Tally, right: Tally) {
    left.counts.merge(right.counts, uniquingKeysWith: +)
  }

  /// A line each, by name.
  public var lines: [String] {
    counts.sorted { $0.key < $1.key }.map { name, count in
      name + String(repeating: " ", count: max(1, 40 - name.count)) + "\(count)"
    }
  }
}
