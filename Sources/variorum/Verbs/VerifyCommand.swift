import AnnotationStore
import ArgumentParser

/// `variorum verify`.
struct VerifyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check hashes, chains and signatures of the log, and that all that is shown is what the log says.",
    discussion: """
      Changes nothing. The exit code is 1 where something is wrong. For the last check a copy of the store is made \
      among the temporary files.

      verify quotes checks the quotes of records against a paper's text.

      EXAMPLE
        variorum verify
        variorum verify quotes --text paper.txt
      """, subcommands: [VerifyQuotesCommand.self])

  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    let telling = VerificationTelling(console: console)
    let report = try telling.verify(store)
    if console.isJSON { console.json(VerificationTelling.value(report)) } else { telling.write(report) }
    try VerificationTelling.check(report)
  }
}
