import AnnotationStore
import ArgumentParser

/// `variorum add term`.
struct AddTermCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "term",
    abstract: "Give a CURIE a name, so that people see it instead of the code.",
    usage: "variorum add term <curie> <label> [<options>]",
    discussion: """
      A term is known by its CURIE: adding it again adds nothing but what nobody has said of it yet, and tells what \
      differs.

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
    try fields.set("label", label)
    try fields.set("type", type)
    try fields.add("synonyms", synonym)
    let type = fields.values["type"]?.text
    let store = try global.openStore()
    let commit = try store.commit { tx in
      let added = try tx.addTerm(curie, label: label, type: type, synonyms: synonym)
      try tx.refuseDeleted(added)
      return try (id: added.id, filled: added.isNew ? nil : tx.fillIn(added.id, fields.values, sets: fields.sets))
    }
    let id = commit.value.id
    if let filled = commit.value.filled {
      let known = try store.read { try $0.existing(id).text("label") } ?? "without a label"
      return try console.known(commit, filled, id, .term, in: store, "\(curie.text) is \(known)") {
        "variorum edit \($0) --set label=LABEL"
      }
    }
    try console.written(commit, to: id, .term, in: store, "added term: \(curie.text) is \(label)") { _ in
      "variorum list claims --entity \(curie.text)"
    }
  }
}
