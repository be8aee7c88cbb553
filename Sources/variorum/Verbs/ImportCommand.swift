import AnnotationStore
import ArgumentParser
import Interchange

/// `variorum import`.
struct ImportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in papers, claims, annotations and terms from files.",
    discussion: """
      Reads paper records (.md), tables of claims, annotations or terms (.tsv, .csv, .xlsx), bibliographies as CSL-JSON \
      (.json), BibTeX (.bib) and RIS (.ris), W3C annotations (.jsonld) and exports of the Hypothesis API (.json), and \
      what else variorum formats lists; - is standard input. Schema/import-tables.md describes the columns. All \
      files are taken in, or, where something is wrong in any, none; --skip-invalid leaves out what is wrong. What is \
      here already is recognised and never overwritten, so importing a file again creates nothing.

      A sheet that export wrote (.tsv, .xlsx) is merged with what stands here, cell by cell, against the state that it \
      was exported from: what was changed in it is edited here, rows without id are new records, and what was changed \
      on both sides is merged or becomes a conflict. Rows that are gone are told, and with --retract-missing their \
      records deleted. Schema/sheets.md tells the rules; --dry-run shows the difference first.

      --from-store takes the records of a store that is no replica of this one (of a replica, merge takes the whole \
      history). They are written anew here under their ids, each in the name of its curator; what is deleted or in \
      conflict there is left out.

      EXAMPLE
        variorum import paper.md
        variorum import references.bib claims.tsv --dry-run
        variorum import claims.xlsx --dry-run
        curl -s https://example.org/claims.csv | variorum import - --format csv --skip-invalid
        variorum import --from-store ../other-project
      """)

  @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file"), completion: .file())
  var files: [String] = []
  @Option(
    help: ArgumentHelp("Take the records of this store, which is no replica of this one.", valueName: "path"),
    completion: .file())
  var fromStore: String?
  @Option(
    help: ArgumentHelp(
      "The format, where name and content do not tell it: \(Self.formats.joined(separator: ", ")).",
      valueName: "format"), completion: .list(Self.formats))
  var format: String?
  @Flag(help: "Leave out rows and entries that are not valid, and import the others.")
  var skipInvalid = false
  @Flag(help: "Tell what would come of it, and write nothing.")
  var dryRun = false
  @Flag(help: "Delete the records whose rows are gone from an exported sheet, where nobody changed them since.")
  var retractMissing = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    if let fromStore { return try run(from: fromStore, console) }
    guard !files.isEmpty else {
      throw CLIError.usage("no file is named (variorum import FILE, or variorum import --from-store PATH)")
    }
    let format = try format.map { try FormatName.format(named: $0, among: Self.formats) }
    if files.count(where: { $0 == "-" }) > 1 {
      throw CLIError.usage("- stands there twice (standard input can be read once)")
    }
    let store = try global.openStore()
    let inputs = try files.map { try InputFile($0) }
    let bar = console.progress(total: inputs.reduce(0) { $0 + $1.byteCount }, what: "imported")
    let report: ImportReport
    do {
      defer { bar.finish() }
      let importer = Importer(
        .init(skipsInvalid: skipInvalid, isDryRun: dryRun, retractsMissing: retractMissing))
      report = try importer.run(
        inputs.map { input in ImportFile(name: input.name, format: format) { try input.read() } }, into: store
      ) { bar.update($0) }
    } catch let error as InterchangeError {
      throw Self.refusal(error)
    }
    try tell(report, of: inputs.map(\.name), in: store, console)
  }

  private func run(from path: String, _ console: Console) throws {
    guard files.isEmpty, format == nil else {
      throw CLIError.usage("--from-store stands alone (import the files before or after it)")
    }
    let store = try global.openStore()
    let other = try OtherStore.open(path, beside: store)
    let bar = console.progress(total: 1, what: "imported")
    defer { bar.finish() }
    let report: ImportReport
    do {
      report = try Importer(.init(isDryRun: dryRun)).run(from: other, into: store) { bar.update($0, of: $1) }
    } catch InterchangeError.replicaOfThisStore {
      throw CLIError.failed(
        "\(path) is a replica of this store, whose whole history can come (variorum merge \(ShellWord.quoted(path)))")
    }
    bar.finish()
    try tell(report, of: [path], in: store, console)
  }

  private func tell(_ report: ImportReport, of files: [String], in store: Store, _ console: Console) throws {
    console.notice(report.notice)
    let summary = ImportSummary(
      report, files: files, origin: fromStore == nil ? "in the file" : "there", store: store, console: console)
    if console.isJSON { summary.putJSON() } else { try summary.put() }
  }

  private static let formats = Format.allCases.filter(\.isImported).map(\.rawValue)

  private static func refusal(_ error: InterchangeError) -> CLIError {
    switch error {
    case .refused: return .invalid("\(error) (correct the file, or import the rest with --skip-invalid)")
    case .inFile(_, .unreadable): return .failed(error.description)
    case .inFile(_, .unknownFormat): return .invalid("\(error) (--format FORMAT)")
    default: return .invalid(error.description)
    }
  }
}
