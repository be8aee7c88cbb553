import ArgumentParser

/// `variorum bundle`: the verb before what is done with a bundle.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "Carry changes in a file: make it, check it, look into it, take it in.",
    discussion: """
      A bundle is one file for a memory stick, a mail or a shared folder. Taking one in twice, or two in any order, \
      does no harm.

      EXAMPLE
        variorum bundle create lcn2.bundle
        variorum bundle inspect lcn2.bundle
        variorum bundle apply lcn2.bundle
      """,
    subcommands: [
      BundleCreateCommand.self, BundleVerifyCommand.self, BundleInspectCommand.self, BundleApplyCommand.self,
    ])
}
