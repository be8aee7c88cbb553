import AnnotationStore
import ArgumentParser
import Foundation
import Interchange

/// `variorum export`.
struct ExportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write records in a format that other tools read, or the log.",
    usage: "variorum export --format <format> [<options>]",
    discussion: """
      What is exported is one consistent state; the filters are those of list. It goes to stdout, or with -o to a file \
      that is not there yet. What the format cannot carry is told on stderr; variorum formats lists the formats.

      --format tsv and xlsx write a sheet of claims or of assessments, to be edited in a spreadsheet and imported again: \
      a row a record, merged with whatever was written meanwhile. Schema/sheets.md tells its columns.

      --format log writes every change with its seal as a CBOR sequence: Schema/change.cddl says how, and \
      Schema/verify.py checks it without Variorum.

      EXAMPLE
        variorum export --format jsonl -o lcn2.jsonl
        variorum export --format xlsx --kind claims --tag serum -o serum.xlsx
        variorum export --format bibtex --source 10.3389/fnagi.2025.1672903
        variorum export --format html --source 10.3389/fnagi.2025.1672903 -o report.html
        variorum export --format nanopub --key id_rsa.pem -o lcn2.trig
        variorum export --format log -o lcn2.cborseq
      """)

  @Option(
    help: ArgumentHelp("What to write: \(Self.formats.joined(separator: ", ")).", valueName: "format"),
    completion: .list(Self.formats))
  var format: String
  @Option(
    help: ArgumentHelp(
      "Only records of this kind, as list names them; of a sheet claims where nothing is said.", valueName: "kind"),
    completion: .list(Kind.allCases.map(\.plural)))
  var kind: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String?
  @Option(help: ArgumentHelp("Of a report: its title.", valueName: "text"))
  var title: String?
  @Option(
    help: ArgumentHelp(
      "Of nanopublications: the address of their licence; CC BY 4.0 where none is given.", valueName: "iri"))
  var license: String?
  @Option(
    help: ArgumentHelp("Of nanopublications: the RSA private key (PEM) that signs them.", valueName: "file"),
    completion: .file())
  var key: String?
  @OptionGroup(title: "Which records") var filter: FilterOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let format = try FormatName.format(named: format, among: Self.formats)
    if let output, output.isEmpty { throw CLIError.usage("the file's name is empty (give -o FILE)") }
    if output == nil, !format.isText, console.isTerminal {
      throw CLIError.usage("\(format.name) is not text for a terminal (give -o FILE, or redirect the output)")
    }
    try checkOptions(of: format)
    let path = output.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    if let path, FileManager.default.fileExists(atPath: path) {
      throw CLIError.failed("\(path) is there already (give another name, or move it away)")
    }
    guard format.isSheet || filter.sort == nil && !filter.reverse, filter.limit == nil else {
      throw CLIError.usage("--sort, --reverse and --limit are for list: a file has an order of its own, and all of it")
    }
    let store = try global.openStore(readOnly: true)
    let kinds = try kinds(of: format)
    var filter = try store.read { try self.filter.filter(kinds: kinds, words: nil, order: .created, $0) }
    // A sheet reads from the oldest on, as it was written.
    if format.isSheet, self.filter.sort == nil { filter.isReversed.toggle() }
    var options = Exporter.Options(filter: filter)
    options.title = title
    options.nanopub = try nanopubOptions()
    let exporter = Exporter(options)
    let bar = console.progress(total: 1, what: "exported")
    defer { bar.finish() }
    let progress = { (done: Int, total: Int) in bar.update(done, of: total) }
    let report: ExportReport
    if let path {
      report = try exporter.run(format, from: store, to: path, progress: progress)
    } else {
      let sink = Sink(.standardOutput, "the output", isTerminal: console.isTerminal)
      report = try exporter.run(format, from: store, progress: console.isTerminal ? nil : progress, write: sink.write)
      try sink.finish()
    }
    bar.finish()
    ExportSummary(report, path: path, console: console).put()
  }

  /// An option that the format has no use for is a mistake.
  private func checkOptions(of format: Format) throws {
    let isReport = format == .html || format == .markdown
    if title != nil, !isReport { throw CLIError.usage("--title is for reports (--format html or markdown)") }
    let given = [license.map { _ in "--license" }, key.map { _ in "--key" }].compactMap { $0 }.first
    if let given, format != .nanopub { throw CLIError.usage("\(given) is for nanopublications (--format nanopub)") }
  }

  private func nanopubOptions() throws -> NanopubOptions {
    let signing = try key.map { path in
      guard let data = FileManager.default.contents(atPath: path), data.count <= 64 << 10 else {
        throw CLIError.failed("\(path) cannot be read as a key (check the name; a key is a small text file)")
      }
      return try NanopubKey(String(decoding: data, as: UTF8.self))
    }
    return try NanopubOptions(license: license ?? NanopubOptions.attributionLicense, key: signing)
  }

  private func kinds(of format: Format) throws -> [Kind] {
    guard let kind, let wanted = try ListCommand.kind(named: kind) else { return [] }
    guard format.exportedKinds.contains(wanted) else {
      let known = format.exportedKinds.map(\.plural).joined(separator: ", ")
      throw CLIError.usage(
        "\(format.name) has no \(wanted.plural) (\(known.isEmpty ? "leave out --kind" : "it has \(known)"))")
    }
    return [wanted]
  }

  private static let formats = Format.allCases.filter(\.isExported).map(\.rawValue)
}

/// Writes pieces of bytes to a file that is open; to a terminal harmless, line by line.
private final class Sink {
  private let file: FileHandle
  private let name: String
  private let isTerminal: Bool
  private var line: [UInt8] = []

  init(_ file: FileHandle, _ name: String, isTerminal: Bool) {
    self.file = file
    self.name = name
    self.isTerminal = isTerminal
  }

  func write(_ bytes: [UInt8]) throws {
    guard isTerminal else { return try put(bytes) }
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      line += bytes
      return
    }
    try putText(line + bytes[...end])
    line = Array(bytes[(end + 1)...])
  }

  /// Writes what is left.
  func finish() throws {
    if !line.isEmpty { try putText(line) }
    line.removeAll()
  }

  private func putText(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    try put(Array(TerminalText.finished(text, isTerminal: true, usesColour: false).utf8))
  }

  private func put(_ bytes: [UInt8]) throws {
    do { try file.write(contentsOf: Data(bytes)) } catch {
      throw CLIError.failed(
        "\(name) could not be written: \(error.localizedDescription) (check the disk, or the program that reads it)")
    }
  }
}
