import AnnotationStore
import ArgumentParser

/// `variorum tag`.
struct TagCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Put tags on a claim or a note, or take them off.",
    discussion: """
      EXAMPLE
        variorum tag c:3f9a1c biomarker to-check
        variorum tag c:3f9a1c to-check --remove
      """)

  @Argument(help: "The claim or the note.")
  var record: String
  @Argument(help: "The tags.")
  var tags: [String]
  @Flag(help: "Take the tags off.")
  var remove = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let target = try store.writable(record)
    guard target.kind.field(named: "tags") != nil else {
      throw StoreError.wrongKind(target.id, is: target.kind, wanted: [.claim, .annotation])
    }
    let commit = try store.commit { tx in
      let changed = try tags.filter { try tx.setElement(target.id, "tags", of: target.kind, $0, isPresent: !remove) }
      return (changed, try tx.reader().existing(target.id, of: target.kind).elements("tags"))
    }
    let (changed, now) = commit.value
    let state = now.isEmpty ? "it has none now" : "it has \(now.joined(separator: ", "))"
    let what =
      changed.isEmpty
      ? "unchanged, \(remove ? "it was not tagged so" : "it is tagged so"): \(state)"
      : "\(remove ? "took off" : "tagged") \(changed.joined(separator: ", ")): \(state)"
    try console.written(commit, to: target.id, target.kind, in: store, what) { shortID in
      remove || changed.isEmpty ? "variorum show \(shortID)" : "variorum list --tag \(ShellWord.quoted(changed[0]))"
    }
  }
}
