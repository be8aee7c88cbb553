import AnnotationStore
import Foundation

/// The store of a journal club, and what the club does with it.
struct JournalClub: Sendable {
  let store: Store

  /// Opens the club's store, or makes it where there is none yet.
  init(directory: String) throws {
    // An application keeps its replica keys where it keeps its own state, and never in the store's directory: a copy
    // of the store must not copy the key. Here one directory holds both, so that one removal cleans up.
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
    let path = directory + "/club/" + Store.fileName
    if FileManager.default.fileExists(atPath: path) {
      store = try Store.open(at: path, environment: environment)
    } else {
      store = try Store.create(at: path, environment: environment)
    }
  }

  /// Adds a paper with two claims, in one transaction: all of it is there, or nothing.
  func addPaper() throws -> [RecordID] {
    let doi = try DOI(parsing: "10.3389/fnagi.2025.1672903")
    let orcid = try ORCID(parsing: "0000-0002-1825-0097")
    let lcn2 = try CURIE(parsing: "NCBIGene:3934")
    return try store.write { writer in
      try writer.becomeCurator(name: "Ada Nowak", orcid: orcid)
      try writer.addTerm(lcn2, label: "LCN2", type: "gene")
      let paper = try writer.addSource(
        .doi(doi),
        [
          "title": .text("Role of lipocalin-2 in amyotrophic lateral sclerosis"),
          "authors": .array([.text("Wang, Zhuoya"), .text("Cao, Wen"), .text("Fan, Dongsheng")]),
          "issued": .text("2025-10-02"),
        ])
      // Imported claims have ids that follow from source and text: adding them again adds nothing.
      return try ["LCN2 is raised in the blood of people with ALS.", "LCN2 disturbs the iron balance in ALS."].map {
        try writer.addClaim($0, source: paper.id, isImported: true, sets: ["entities": [lcn2.text]]).id
      }
    }
  }

  /// Three writes, as members of the club would make them; the last has a note, which ends the discussion.
  ///
  /// What says the same again is not written again, so a second discussion makes fewer changes.
  func discuss(_ claims: [RecordID]) throws {
    try store.write { writer in
      try writer.assess(claims[0], stance: "supports", body: "Three cohorts agree.")
      try writer.addEvidence(to: claims[0], .init(direction: "supports", strength: "moderate"))
    }
    try store.write { writer in
      try writer.set(claims[0], "statement", to: .text("LCN2 is raised in the plasma of people with ALS."))
      try writer.set(claims[0], "status", to: .text("under-review"))
    }
    try store.write { writer in
      try writer.becomeCurator(name: "Ben Okafor")
      try writer.assess(claims[0], stance: "disputes", body: "Not after correction for kidney function.")
      try writer.annotate(claims[1], body: "Cause or consequence?", motivation: .questioning)
    }
  }

  /// Prints every claim with its source, its assessments and its notes.
  func printClaims() throws {
    try store.read { reader in
      var filter = RecordFilter()
      filter.order = .text
      filter.isReversed = true
      for claim in try reader.all(Claim.self, matching: filter) {
        print("  \(try reader.shortID(claim.id, .claim))  \(claim.statement) [\(claim.status ?? "no status")]")
        if let source = try claim.source.flatMap({ try reader.record($0, as: Source.self) }) {
          print("    from \(Citation(source.record).line)")
        }
        // By name: two members may have written within one millisecond.
        let assessments = try reader.all(Assessment.self, on: claim.id)
          .map { (name: try reader.curatorName($0.curator), assessment: $0) }.sorted { $0.name < $1.name }
        for (name, assessment) in assessments {
          print("    \(name) \(assessment.stance ?? "has no stance"): \(assessment.body ?? "")")
        }
        for note in try reader.all(Annotation.self, on: claim.id) {
          print("    \(try reader.curatorName(note.curator)) asks: \(note.body)")
        }
      }
    }
  }

  /// Prints the changes that are committed, one a line, up to the note that ends the discussion.
  func printDiscussion<Commits: AsyncSequence>(from commits: Commits) async throws
  where Commits.Element == CommittedChanges {
    for try await commit in commits {
      let kinds = try store.read { reader in
        try commit.changes.compactMap { try reader.change($0) }.map { change in
          let kinds = Set(change.entries.map(\.kind)).sorted()
          print("  \(try reader.curatorName(change.curator)) wrote: \(kinds.joined(separator: ", "))")
          return kinds
        }
      }
      if kinds.joined().contains(Annotation.kind.rawValue) { return }
    }
  }

  /// Prints what was ever written to a record, and the record as its first change knew it.
  func printHistory(of id: RecordID) throws {
    try store.read { reader in
      let history = try reader.history(of: id)
      for entry in history {
        let what = entry.action == .create ? "added the claim" : "wrote its \(entry.field)"
        print("  change \(entry.sequence): \(try reader.curatorName(entry.curator)) \(what)")
      }
      if let first = history.first, let claim = try reader.record(id, at: first.change).flatMap(Claim.init) {
        print("  at first it said: \(claim.statement) [\(claim.status ?? "no status")]")
      }
    }
  }
}
