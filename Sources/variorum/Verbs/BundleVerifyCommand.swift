import ArgumentParser
import SyncTransports

/// `variorum bundle verify`.
struct BundleVerifyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check everything in a bundle that can be checked without a store.",
    discussion: """
      Bytes, hashes, chains and signatures. The exit code is 1 where something is wrong. FILE may be - for standard input.

      EXAMPLE
        variorum bundle verify lcn2.bundle
      """)

  @Argument(help: "The bundle, or - for standard input.", completion: .file())
  var file: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let (summary, name) = try BundleInput.read(file, "verify", console) { (try BundleFile.inspect($0, named: $1), $1) }
    if console.isJSON {
      console.json(try BundleTelling(console: console, path: name, summary: summary).value(nil))
    } else {
      let what =
        ReceiptTelling.counted(summary.changes, "change") + " in "
        + ReceiptTelling.counted(summary.logs.count, "log")
      let word =
        summary.problems.isEmpty
        ? console.style("sound", .green) : console.style(summary.isNewer ? "not readable" : "not sound", .red)
      console.data("\(word): \(what)")
      for problem in summary.problems { console.data("  \(console.style("problem", .red)): \(problem)") }
    }
    guard !summary.problems.isEmpty else { return }
    if summary.isNewer {
      throw CLIError.newer("\(name) was written by a newer version: install the newer variorum")
    }
    throw CLIError.failed(
      "\(name) is not sound: \(ReceiptTelling.counted(summary.problems.count, "problem")) (make or copy it again; "
        + "variorum bundle apply takes what is whole)")
  }
}
