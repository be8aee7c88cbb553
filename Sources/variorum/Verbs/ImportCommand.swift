import AnnotationStore
import ArgumentParser
import Interchange

/// `variorum import`.
struct ImportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in papers, claims, annotations and terms from files.",
    discussion: """
      Reads paper records (.md), tables of claims, annotations or terms (.tsv, .csv), and bibliographies as CSL-JSON \
      (.json), BibTeX (.bib) and RIS (.ris); - is standard input. Schema/import-tables.md describes the columns. All \
      files are taken in, or, where something is wrong in any, none; --skip-invalid leaves out what is wrong. What is \
      here already is recognised and never overwritten, so importing a file again creates nothing.

      EXAMPLE
        variorum import paper.md
        variorum import references.bib claims.tsv --dry-run
        curl -s https://example.org/claims.csv | variorum import - --format csv --skip-invalid
      """)

  @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file"), completion: .file())
  var files: [String]
  @Option(
    help: ArgumentHelp(
      "The format, where name and content do not tell it: \(Self.formats.joined(separator: ", ")).",
      valueName: "format"), completion: .list(Self.formats))
  var format: String?
  @Flag(help: "Leave out rows and entries that are not valid, and import the others.")
  var skipInvalid = false
  @Flag(help: "Tell what would come of it, and write nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let format = try format.map { try Self.format(named: $0) }
    if files.count(where: { $0 == "-" }) > 1 {
      throw CLIError.usage("- stands there twice (standard input can be read once)")
    }
    let store = try global.openStore()
    let inputs = try files.map { try InputFile($0) }
    let bar = console.progress(total: inputs.reduce(0) { $0 + $1.byteCount }, what: "imported")
    let report: ImportReport
    do {
      defer { bar.finish() }
      let importer = Importer(.init(skipsInvalid: skipInvalid, isDryRun: dryRun))
      report = try importer.run(
        inputs.map { input in ImportFile(name: input.name, format: format) { try input.read() } }, into: store
      ) { bar.update($0) }
    } catch let error as InterchangeError {
      throw Self.refusal(error)
    }
    console.notice(report.notice)
    let summary = ImportSummary(report, files: inputs.map(\.name), store: store, console: console)
    if console.isJSON { summary.putJSON() } else { try summary.put() }
  }

  private static let formats = ImportFormat.allCases.map(\.rawValue)

  private static func format(named text: String) throws -> ImportFormat {
    if let format = ImportFormat(rawValue: text) { return format }
    let meant = nearest(to: text, among: formats).map { "did you mean \($0)? " } ?? ""
    let known = formats.joined(separator: ", ")
    throw CLIError.usage("unknown format \(IdentifierError.quoted(text)) (\(meant)known: \(known))")
  }

  private static func refusal(_ error: InterchangeError) -> CLIError {
    switch error {
    case .refused: return .invalid("\(error) (correct the file, or import the rest with --skip-invalid)")
    case .inFile(_, .unreadable): return .failed(error.description)
    case .inFile(_, .unknownFormat): return .invalid("\(error) (--format FORMAT)")
    default: return .invalid(error.description)
    }
  }
}
