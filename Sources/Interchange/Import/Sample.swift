/// How many there were of something, and the first few of them: what a report keeps of a list without bound.
public struct Sample<Element: Sendable & Equatable>: Sendable, Equatable {
  /// How many there were.
  public private(set) var count = 0
  /// The first of them, at most `limit`.
  public fileprivate(set) var first: [Element] = []
  /// The most that are kept.
  public let limit: Int

  init(limit: Int) { self.limit = limit }

  /// How many were not kept.
  public var more: Int { count - first.count }

  mutating func add(_ element: @autoclosure () -> Element) {
    count += 1
    if first.count < limit { first.append(element()) }
  }
}

extension Sample {
  /// Changes one of those that are kept.
  mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
    if first.indices.contains(index) { body(&first[index]) }
  }
}
