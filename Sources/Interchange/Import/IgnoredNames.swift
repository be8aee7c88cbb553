/// Counts, by its name, what a file says that no record has a place for.
struct IgnoredNames {
  /// The most names that are told apart, and the most that are shown.
  private static let (limit, shownLimit) = (10_000, 40)

  private var counts: [String: Int] = [:]
  private var furtherCount = 0

  /// Whether there are more names than are told apart.
  var isFull: Bool { furtherCount > 0 }

  /// Counts a name.
  mutating func add(_ name: String) {
    if counts.count < Self.limit || counts[name] != nil { counts[name, default: 0] += 1 } else { furtherCount += 1 }
  }

  /// The names in the order of their bytes with how often each was met; `nil` where there are none.
  var told: String? {
    let names = counts.keys.sorted { $0.precedesInBytes($1) }
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(Self.shownLimit).map { "\($0.prefix(40)) (\(counts[$0] ?? 0))" }.joined(separator: ", ")
    let more = max(0, names.count - Self.shownLimit) + furtherCount
    return shown + (more > 0 ? " and \(more) more" : "")
  }
}
