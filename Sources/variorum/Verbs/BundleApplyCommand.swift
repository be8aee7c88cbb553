import AnnotationStore
import ArgumentParser
import SyncTransports

/// `variorum bundle apply`.
struct BundleApplyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Take the changes of a bundle into this store.",
    discussion: """
      What is here already is passed over, and what needs changes that are not here waits for them. Of a file that is \
      cut off or damaged what is whole is taken; then, and where changes are refused, the exit code is 1, with \
      --dry-run too. FILE may be - for standard input.

      EXAMPLE
        variorum bundle apply lcn2.bundle
        variorum bundle apply lcn2.bundle --dry-run
        ssh lab variorum bundle create - --store lcn2 | variorum bundle apply -
      """)

  @Argument(help: "The bundle, or - for standard input.", completion: .file())
  var file: String
  @Flag(help: "Tell what would come, and write nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    if dryRun { return try rehearse(store, console) }
    let bar = console.progress(total: 1, what: "taken")
    defer { bar.finish() }
    let receipt = try BundleInput.read(file, "apply", console) { path, name in
      try BundleFile.apply(path, named: name, to: store) { bar.update($0, of: $1) }
    }
    bar.finish()
    for notice in receipt.notices { console.notice(notice) }
    let exchange = ExchangeReceipt(receipt)
    if console.isJSON {
      let problem = receipt.problem.map { CBORValue.text("\($0)") } ?? .null
      console.json(.map([.init("schema", .int(1))] + ReceiptTelling.entries(exchange) + [.init("problem", problem)]))
    } else {
      ReceiptTelling(console: console, other: "the maker's store").put(exchange)
      try hint(exchange, store, console)
    }
    if let problem = receipt.problem {
      if case .newer = problem { throw problem }
      throw CLIError.failed("\(ErrorReport(problem).message); what is whole was taken (copy it again, and apply that)")
    }
    try ReceiptTelling.check(exchange)
  }

  private func rehearse(_ store: Store, _ console: Console) throws {
    let (preview, problem) = try BundleInput.read(file, "apply", console) { path, name in
      try BundleFile.rehearse(path, named: name, into: store)
    }
    if console.isJSON {
      let told = problem.map { CBORValue.text("\($0)") } ?? .null
      console.json(PreviewTelling.value(preview, [.init("problem", told)]))
    } else {
      try PreviewTelling(console: console, store: store).put(preview)
      if file != "-" { console.hint("variorum bundle apply \(ShellWord.quoted(file)) takes it in") }
    }
    if let problem { throw problem }
    try ReceiptTelling.check(preview)
  }

  private func hint(_ receipt: ExchangeReceipt, _ store: Store, _ console: Console) throws {
    if receipt.report.conflictsOpened > 0 { try console.hintAtConflicts(of: store) }
    if receipt.lackingThere > 0, file != "-" {
      console.hint("variorum bundle create BACK --for \(ShellWord.quoted(file)) makes what its maker lacks")
    }
  }
}
