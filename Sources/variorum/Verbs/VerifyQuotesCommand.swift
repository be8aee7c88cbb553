import AnnotationStore
import ArgumentParser
import Interchange

/// `variorum verify quotes`.
struct VerifyQuotesCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "quotes",
    abstract: "Check the quotes of claims, annotations and evidence against a paper's text.",
    discussion: """
      Each quote is looked for in the text, which is UTF-8; positions count Unicode scalars from 0. A quote is
        exact       where its position says, or, having none, in the one place that it means
        moved       word for word, at another position: the new one is told
        normalised  but for white space, line ends, hyphens in words, ligatures, widths, dashes, quotation marks, and \
      composed or decomposed accents (NFKC); Schema/quotes.md has the rules
        altered     nearly: at most one edit for four characters; the words that differ are shown
        ambiguous   in several places, and neither position nor the words around it tell which
        not-found   nowhere
      Without --source every quote of the store is looked for, whatever paper it is from.

      Nothing is changed. What to type to change a quote is shown; a quote that is set anew has no position. With --check \
      the exit code is 1 where a quote is altered, ambiguous or not found; without it, it is 0 whatever is found.

      EXAMPLE
        variorum verify quotes --text paper.txt --source 10.3389/fnagi.2025.1672903
        variorum verify quotes --text - --check --json < paper.txt
      """)

  @Option(help: ArgumentHelp("The text; - is standard input.", valueName: "file"), completion: .file())
  var text: String
  @Option(
    help: ArgumentHelp("The paper: DOI, PMID, PMCID, id or words of the title.", valueName: "source"))
  var source: String?
  @Flag(help: "Exit with 1 where a quote is altered, ambiguous or not found.")
  var check = false
  @OptionGroup var global: GlobalOptions

  /// The most bytes of a text.
  private static let textLimit = 64 << 20

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    let checker = QuoteChecker(text: try Self.readText(text))
    let telling = QuoteTelling(checker, console)
    try store.read { reader in
      let paper = try source.map { try reader.source(named: $0).id }
      let quotes = try reader.quotedRecords(of: paper)
      let bar = console.progress(total: quotes.count, what: "checked")
      defer { bar.finish() }
      for (index, quote) in quotes.enumerated() {
        try telling.take(quote, checker.check(quote.selector), RecordNames(reader))
        bar.update(index + 1)
      }
    }
    telling.put()
    if check, telling.attentionCount > 0 {
      let count = telling.attentionCount
      throw CLIError.failed(
        "\(count) quote\(count == 1 ? " needs" : "s need") a look: altered, ambiguous or not found "
          + "(variorum edit RECORD --set selector=WORDS, or leave \(count == 1 ? "it" : "them") and say why in a note)")
    }
  }

  private static func readText(_ path: String) throws -> String {
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    while let piece = try file.read() {
      bytes += piece
      guard bytes.count <= textLimit else {
        throw CLIError.invalid("\(file.name) is larger than \(textLimit >> 20) MiB (give the text of one paper)")
      }
    }
    // A byte order mark is no part of the text.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CLIError.invalid("\(file.name) is not UTF-8 (convert it: iconv -f LATIN1 -t UTF-8)")
    }
    return text
  }
}
