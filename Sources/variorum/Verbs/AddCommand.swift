import ArgumentParser

/// `variorum add`: the verb before what is added.
struct AddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a source, a claim or a term.",
    discussion: """
      EXAMPLE
        variorum add source --doi 10.3389/fnagi.2025.1672903
        variorum add claim "LCN2 is raised in ALS." --entity NCBIGene:3934
        variorum add term NCBIGene:3934 LCN2
      """,
    subcommands: [AddSourceCommand.self, AddClaimCommand.self, AddTermCommand.self])
}
