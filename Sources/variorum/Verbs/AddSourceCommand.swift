import AnnotationStore
import ArgumentParser

/// `variorum add source`.
struct AddSourceCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "source",
    abstract: "Add a paper.",
    usage: "variorum add source --doi <doi> [<options>]",
    discussion: """
      A paper is known by its DOI, else its PMID, else its PMCID, else its address: adding it again adds nothing but \
      what nobody has said of it yet, and tells what differs.

      EXAMPLE
        variorum add source --doi 10.3389/fnagi.2025.1672903 \\
          --title "LCN2 in ALS" --author "Wang, Z" --author "Li, Y" --issued 2025-10
      """)

  @Option(help: ArgumentHelp("Its DOI, with or without https://doi.org/.", valueName: "doi"))
  var doi: String?
  @Option(help: ArgumentHelp("Its PubMed id.", valueName: "number"))
  var pmid: String?
  @Option(help: ArgumentHelp("Its PubMed Central id.", valueName: "id"))
  var pmcid: String?
  @Option(help: ArgumentHelp("Its web address.", valueName: "address"))
  var url: String?
  @Option(help: ArgumentHelp("Its title.", valueName: "text"))
  var title: String?
  @Option(help: ArgumentHelp("An author; once for each, in order.", valueName: "name"))
  var author: [String] = []
  @Option(help: ArgumentHelp("The journal, or whatever contains it.", valueName: "text"))
  var container: String?
  @Option(help: ArgumentHelp("When it was issued: YYYY, YYYY-MM or YYYY-MM-DD.", valueName: "date"))
  var issued: String?
  @Flag(help: "It was retracted.")
  var retracted = false
  @Option(help: ArgumentHelp("What it is about; once for each.", valueName: "curie"))
  var entity: [String] = []
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let identifiers: [DerivedID.SourceIdentifier?] = [
      try doi.map { .doi(try DOI(parsing: $0)) }, try pmid.map { .pmid(try PMID(parsing: $0)) },
      try pmcid.map { .pmcid(try PMCID(parsing: $0)) }, try url.map { .url(try WebAddress(parsing: $0)) },
    ]
    guard let identifier = identifiers.compactMap({ $0 }).first else {
      throw CLIError.usage("a source is known by an identifier (give --doi, --pmid, --pmcid or --url)")
    }
    var fields = FieldValues(.source)
    for other in identifiers.compactMap({ $0 }) { try fields.set(other.field, other.text) }
    try fields.set("title", title)
    for name in author { try TextRules.checkLabel(name, field: "author") }
    try fields.set("authors", author.isEmpty ? nil : author.joined(separator: ";"))
    try fields.set("container", container)
    try fields.set("issued", issued)
    try fields.set("retracted", retracted ? "true" : nil)
    try fields.add("entities", entity)
    let entities = try entity.map { try CURIE(parsing: $0) }
    let store = try global.openStore()
    let commit = try store.commit { tx in
      let added = try tx.addSource(identifier, fields.values, entities: entities)
      try tx.refuseDeleted(added)
      return try (id: added.id, filled: added.isNew ? nil : tx.fillIn(added.id, fields.values, sets: fields.sets))
    }
    let id = commit.value.id
    let line = Citation(try store.read { try $0.existing(id) }).line
    if let filled = commit.value.filled {
      return try console.known(commit, filled, id, .source, in: store, line) { "variorum edit \($0) --set FIELD=VALUE" }
    }
    try console.written(commit, to: id, .source, in: store, "added source: \(line)") {
      "variorum add claim TEXT --source \($0)"
    }
  }
}
