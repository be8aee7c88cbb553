import AnnotationStore
import ArgumentParser

/// `variorum add claim`.
struct AddClaimCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "claim",
    abstract: "Add a claim.",
    usage: "variorum add claim [<text>] [<options>]",
    discussion: """
      EXAMPLE
        variorum add claim "LCN2 is raised in the spinal cord in ALS." \\
          --source s:3f9a1c --quote "LCN2 levels were increased" \\
          --subject NCBIGene:3934 --predicate biolink:associated_with \\
          --object MONDO:0004976 --qualifier tissue=UBERON:0002240
      """)

  @Argument(help: "The statement; - reads it from stdin. Without it the editor opens.")
  var text: String?
  @OptionGroup var prose: BodyOptions
  @Option(help: ArgumentHelp("The paper that states it: s:..., a DOI or another identifier.", valueName: "source"))
  var source: String?
  @OptionGroup var quoted: QuoteOptions
  @Option(help: ArgumentHelp("Who put it into these words, where it is no quote.", valueName: "text"))
  var via: String?
  @Option(help: ArgumentHelp("What it is about.", valueName: "curie"))
  var subject: String?
  @Option(help: ArgumentHelp("What it says of the subject.", valueName: "curie"))
  var predicate: String?
  @Option(help: ArgumentHelp("To what the predicate relates the subject.", valueName: "curie"))
  var object: String?
  @Flag(help: "It says that this is not so.")
  var negated = false
  @Option(
    help: ArgumentHelp("\(Vocabulary.status.joined(separator: ", ")).", valueName: "status"),
    completion: .list(Vocabulary.status))
  var status: String?
  @Option(
    help: ArgumentHelp("Where or when it holds, as tissue=UBERON:0002240; once for each.", valueName: "role=curie"))
  var qualifier: [String] = []
  @Option(help: ArgumentHelp("What occurs in it; once for each.", valueName: "curie"))
  var entity: [String] = []
  @Option(help: ArgumentHelp("A tag; once for each.", valueName: "tag"))
  var tag: [String] = []
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    var fields = FieldValues(.claim)
    try fields.set("via", via)
    try fields.set("subject", subject)
    try fields.set("predicate", predicate)
    try fields.set("object", object)
    try fields.set("negated", negated ? "true" : nil)
    try fields.set("status", status)
    try fields.add("qualifiers", qualifier)
    try fields.add("entities", entity)
    try fields.add("tags", tag)
    var values = fields.values
    values["selector"] = try quoted.selector()?.value
    let store = try global.openStore()
    let source = try store.source(source)
    let statement = try prose.text(beside: text, console: console)
    let commit = try store.commit { try $0.addClaim(statement, source: source, values, sets: fields.sets) }
    try console.written(commit, to: commit.value.id, .claim, in: store, "added claim: \(statement)") {
      "variorum note \($0), or variorum assess \($0) supports"
    }
  }
}
