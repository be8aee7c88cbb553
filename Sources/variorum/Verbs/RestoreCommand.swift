import AnnotationStore
import ArgumentParser

/// `variorum restore`.
struct RestoreCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Take the delete of records back.",
    discussion: """
      EXAMPLE
        variorum list claims --deleted
        variorum restore c:3f9a1c
      """)

  @Argument(help: "The deleted records; all are restored or none.")
  var records: [String]
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let targets = try records.map { name in try store.read { try $0.record(named: name) } }.uniqueRecords
    let commit = try store.commit { tx in for target in targets { try tx.restore(target.id, of: target.kind) } }
    console.notice(commit.notice)
    for target in targets {
      let shortID = try store.shortID(target.id, target.kind)
      let text = "restored \(target.kind.rawValue): \(target.gist)"
      console.written(
        id: target.id, kind: target.kind, change: commit.changes.last, text: console.excerpt(text, beside: shortID),
        shortID: shortID)
    }
    if let first = targets.first { console.hint("variorum show \(try store.shortID(first.id, first.kind))") }
  }
}
