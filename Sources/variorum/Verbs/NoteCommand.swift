import AnnotationStore
import ArgumentParser

/// The options of a new annotation.
struct AnnotationOptions: ParsableArguments {
  @OptionGroup var prose: BodyOptions
  @Option(help: ArgumentHelp("A tag; once for each.", valueName: "tag"))
  var tag: [String] = []
  @Option(
    help: ArgumentHelp("Why it is written: a word of the W3C list, such as questioning.", valueName: "word"),
    completion: .list(Vocabulary.motivation))
  var motivation: String?
  @OptionGroup var quoted: QuoteOptions

  /// Writes an annotation on a record.
  func annotate(
    _ target: Record, text: String?, motivation usual: Motivation, in store: Store, _ console: Console
  ) throws -> Store.Commit<RecordID> {
    let motivation = try motivation.map { try Motivation(parsing: $0) } ?? usual
    let selector = try quoted.selector()
    var fields = FieldValues(.annotation)
    try fields.add("tags", tag)
    let body = try prose.text(beside: text, console: console)
    return try store.commit {
      try $0.annotate(
        target.id, body: body, motivation: motivation, tags: fields.sets["tags"] ?? [], selector: selector)
    }
  }
}

/// `variorum note`.
struct NoteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Write a note on a record.",
    usage: "variorum note <record> [<text>] [<options>]",
    discussion: """
      EXAMPLE
        variorum note c:3f9a1c "Only shown in mice." --tag check
        variorum note c:3f9a1c --motivation questioning --body-file note.md
      """)

  @Argument(help: "The record.")
  var record: String
  @Argument(help: "The text; - reads it from stdin. Without it the editor opens.")
  var text: String?
  @OptionGroup var options: AnnotationOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let target = try store.writable(record)
    let commit = try options.annotate(target, text: text, motivation: .commenting, in: store, console)
    let shown = try store.shortID(target.id, target.kind)
    try console.written(commit, to: commit.value, .annotation, in: store, "noted on \(shown): \(target.gist)") { _ in
      "variorum show \(shown)"
    }
  }
}
