import AnnotationStore
import ArgumentParser

/// `variorum delete`.
struct DeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete records; restore takes it back.",
    discussion: """
      Nothing leaves the log. What stands on a deleted record is kept and shown as orphaned.

      EXAMPLE
        variorum delete c:3f9a1c
      """)

  @Argument(help: "The records; all are deleted or none.")
  var records: [String]
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let targets = try records.map { try store.writable($0) }.uniqueRecords
    let commit = try store.commit { tx in
      for target in targets {
        try tx.refuseOwn(target)
        try tx.delete(target.id, of: target.kind)
      }
    }
    console.notice(commit.notice)
    for target in targets {
      let (shortID, orphans) = try store.read { reader in
        (try reader.shortID(target.id, target.kind), try Self.orphans(of: target, reader))
      }
      let text = "deleted \(target.kind.rawValue)\(orphans): \(target.gist)"
      console.written(
        id: target.id, kind: target.kind, change: commit.changes.last, text: console.excerpt(text, beside: shortID),
        shortID: shortID)
    }
    let ids = try targets.map { try store.shortID($0.id, $0.kind) }.joined(separator: " ")
    console.hint("variorum restore \(ids) takes it back")
  }

  /// What stands on a record or is taken from it, in words.
  private static func orphans(of target: Record, _ reader: ReadTransaction) throws -> String {
    let counts = try Kind.allCases.compactMap { kind -> String? in
      let count = try reader.count(kind, on: target.id)
      return count == 0 ? nil : "\(count) \(count == 1 ? kind.rawValue : kind.plural)"
    }
    var parts = counts.isEmpty ? [] : ["orphaned: \(counts.joined(separator: ", "))"]
    if target.kind == .source {
      var filter = RecordFilter()
      (filter.kinds, filter.source) = ([.claim], target.id)
      let claims = try reader.count(filter)
      if claims > 0 { parts.append("\(claims) \(claims == 1 ? "claim is" : "claims are") taken from it") }
    }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
  }
}

extension [Record] {
  /// Each record once, in the order in which they were named.
  var uniqueRecords: [Record] {
    var seen = Set<RecordKey>()
    return filter { seen.insert($0.key).inserted }
  }
}
