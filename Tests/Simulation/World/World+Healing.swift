import AnnotationStore
import Foundation

extension World {
  /// Heals the system: where there was a folder everybody repairs it, every bundle comes whole to everybody, and
  /// everybody merges with everybody; then checks that all are the same, and that they are what the changes say by
  /// definition.
  func healAndCheck() throws {
    if !folder.packs.isEmpty { try healByFolder() }
    if hub.exists { try healByHub() }
    for bundle in bundles { for site in sites { try apply(bundle, to: site) } }
    // A chain forth and back: two ways over each link bring everything everywhere.
    for index in sites.indices.dropFirst() { try merge(sites[index - 1], into: sites[index], both: true) }
    for index in sites.indices.dropLast().reversed() { try merge(sites[index], into: sites[index + 1], both: true) }
    let acknowledged = sites.reduce(into: Set<ChangeID>()) { $0.formUnion($1.must) }
    let first = sites[0]
    let (digest, prints) = (try first.store().read { try $0.status().digest }, try first.probe().fingerprints())
    let conflicts = try first.store().read { try $0.conflicts() }
    for site in sites {
      let probe = try site.probe()
      let lacking = try acknowledged.subtracting(probe.ids())
      try require(lacking.isEmpty, "after healing site \(site.index) lacks \(lacking.count) acknowledged changes")
      let status = try site.store().read { try $0.status() }
      try require(status.digest == digest, "sites 0 and \(site.index) have different digests")
      let different = zip(prints, try probe.fingerprints()).filter { $0 != $1 }.map { $0.0.prefix { $0 != " " } }
      try require(different.isEmpty, "sites 0 and \(site.index) differ in \(different.joined(separator: ", "))")
      try require(
        try site.store().read { try $0.conflicts() } == conflicts, "sites 0 and \(site.index) tell other conflicts")
      let applied = try probe.ids()
      try require(try probe.missing().allSatisfy { !applied.contains($0) }, "a change waits for one that is applied")
    }
    try checkByDefinition()
    for site in sites.dropFirst() { try rebuild(site) }
    let report = try first.store().verify()
    try require(report.isSound, "site 0 is not sound: \(report.problems.prefix(3))")
    try countOutcome()
  }

  /// Live ops, conflicts, texts and lives are what the set of changes says by definition, on each site by its own log.
  private func checkByDefinition() throws {
    for site in [sites[0], sites[sites.count - 1]] {
      let probe = try site.probe()
      let oracle = try Oracle(try probe.log())
      try require(try probe.heads() == oracle.heads, "site \(site.index) has other heads than its log says")
      let (live, expected) = (try probe.live(), oracle.liveRows)
      if live != expected {
        let difference = Set(live).symmetricDifference(expected).sorted().first
        throw Violation("site \(site.index): another op is live in \(difference.map { "\($0.cell)" } ?? "a cell")")
      }
      try require(
        try probe.registerConflicts() == oracle.registerConflicts,
        "site \(site.index): other registers are in conflict than the log says")
      let (others, told) = (try probe.otherConflicts(), oracle.otherConflicts)
      if others != told {
        let difference = Set(others).symmetricDifference(told).sorted()
        throw Violation("site \(site.index): another life, target or fork is in conflict: \(difference.prefix(4))")
      }
      let agreed = try probe.proseConflicts().subtracting(oracle.forkedTexts)
      try require(
        agreed.isEmpty, "site \(site.index): texts of one version are in conflict: \(agreed.sorted().prefix(4))")
      let (texts, merged) = (try probe.texts(), oracle.texts)
      if texts != merged {
        let difference = Set(texts).symmetricDifference(merged).sorted()
        throw Violation("site \(site.index): another text is shown: \(difference.prefix(4))")
      }
      for (kind, id, isDeleted) in oracle.lives {
        try require(
          try probe.isDeleted(kind, id) == isDeleted, "site \(site.index): the life of \(kind) \(id) is another")
      }
    }
  }

  private func countOutcome() throws {
    let status = try sites[0].store().read { try $0.status() }
    tally.count("changes at the end", status.changes)
    tally.count("forked logs at the end", status.forks.count)
    tally.count("changes waiting for ever", status.waiting)
    for (type, count) in try sites[0].probe().conflictCounts() { tally.count("conflicts at the end: \(type)", count) }
  }
}
