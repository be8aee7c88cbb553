import AnnotationStore
import ArgumentParser

/// `variorum reply`.
struct ReplyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reply",
    abstract: "Answer a note.",
    usage: "variorum reply <note> [<text>] [<options>]",
    discussion: """
      EXAMPLE
        variorum reply n:81c2d4 "Also in post-mortem tissue, see table 2."
      """)

  @Argument(help: "The note.")
  var note: String
  @Argument(help: "The text; - reads it from stdin. Without it the editor opens.")
  var text: String?
  @OptionGroup var options: AnnotationOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let target = try store.writable(note, of: [.annotation])
    let commit = try options.annotate(target, text: text, motivation: .replying, in: store, console)
    let shown = try store.shortID(target.id, target.kind)
    try console.written(commit, to: commit.value, .annotation, in: store, "replied to \(shown): \(target.gist)") { _ in
      "variorum show \(shown)"
    }
  }
}
