import AnnotationStore
import ArgumentParser

/// `variorum add term`.
struct AddTermCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "term",
    abstract: "Give a CURIE a name, so that people see it instead of the code.",
    usage: "variorum add term <curie> <label> [<options>]",
    discussion: """
      EXAMPLE
        variorum add term NCBIGene:3934 LCN2 --type gene --synonym lipocalin-2
      """)

  @Argument(help: "The CURIE, such as NCBIGene:3934.")
  var curie: String
  @Argument(help: "Its name.")
  var label: String
  @Option(help: ArgumentHelp("What it is, such as gene or disease.", valueName: "word"))
  var type: String?
  @Option(help: ArgumentHelp("Another name; once for each.", valueName: "name"))
  var synonym: [String] = []
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let curie = try CURIE(parsing: curie)
    var fields = FieldValues(.term)
    try fields.set("type", type)
    let type = fields.values["type"]?.text
    let store = try global.openStore()
    let commit = try store.commit { tx in
      let added = try tx.addTerm(curie, label: label, type: type, synonyms: synonym)
      try tx.refuseDeleted(added)
      return added
    }
    let id = commit.value.id
    if commit.value.isNew {
      try console.written(commit, to: id, .term, in: store, "added term: \(curie.text) is \(label)") { _ in
        "variorum list claims --entity \(curie.text)"
      }
    } else {
      let known = try store.read { try $0.existing(id).text("label") } ?? "without a label"
      try console.written(commit, to: id, .term, in: store, "unchanged, the term is there: \(curie.text) is \(known)") {
        "variorum edit \($0) --set label=LABEL"
      }
    }
  }
}
