import AnnotationModel

/// The ops of one cell in their order: what each superseded.
final class CellAncestry {
  private let log: LogReader
  private let cell: CellKey
  /// What ops superseded that were asked for: values that parted have most of what came before in common.
  private var known: [ChangeID: [ChangeID]] = [:]

  init(_ log: LogReader, _ cell: CellKey) {
    self.log = log
    self.cell = cell
  }

  /// What stood in the cell before these parted: the latest ops that all of them come after.
  func shared(by live: [ChangeID]) throws -> [ChangeID] {
    guard let first = live.first else { return [] }
    var shared = try ancestors(of: first)
    for other in live.dropFirst() { shared.formIntersection(try ancestors(of: other)) }
    // All that comes before a shared op is shared, so the latest are those that no shared op supersedes itself.
    var latest = shared
    for change in shared { latest.subtract(try superseded(by: change)) }
    return latest.sorted()
  }

  /// What an op superseded, and what that superseded, and so on.
  private func ancestors(of change: ChangeID) throws -> Set<ChangeID> {
    var found = Set<ChangeID>()
    var open = [change]
    while let next = open.popLast() {
      for earlier in try superseded(by: next) where found.insert(earlier).inserted { open.append(earlier) }
    }
    return found
  }

  private func superseded(by change: ChangeID) throws -> [ChangeID] {
    if let known = known[change] { return known }
    let superseded = try log.op(of: change, in: cell)?.op.supersedes ?? []
    known[change] = superseded
    return superseded
  }
}
