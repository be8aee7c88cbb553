import AnnotationStore

/// Why a file as a whole cannot be read; what is wrong with a single row or entry is an `ImportDraft.Problem` instead.
public enum InterchangeError: Error, Sendable, Equatable {
  /// The bytes are not UTF-8 from this offset (from 0) on.
  case invalidUTF8(offset: Int, line: Int)
  /// The file is text in UTF-16 or UTF-32.
  case notUTF8Encoding
  /// A zero byte, so this is no text.
  case notText(offset: Int, line: Int)
  /// The file is larger than this format may be held in memory.
  case tooLarge(limit: Int, format: Format)
  /// The file holds nothing but white space.
  case empty
  /// Neither the name nor the content tells the format.
  case unknownFormat(name: String)
  /// The format can be written, and not read.
  case exportedOnly(Format)
  /// The format can be read, and not written.
  case importedOnly(Format)
  /// The byte source failed; its own words.
  case unreadable(reason: String)
  /// The file breaks its format's grammar here.
  case syntax(format: Format, place: Place, reason: String)
  /// A table's header has a column that its shape does not know.
  case unknownColumn(name: String, line: Int, nearest: String?, shape: TableShape)
  /// A table's header names a column twice.
  case duplicateColumn(name: String, line: Int)
  /// A table's header has a column without a usable name; the number counts from 1.
  case badColumnName(number: Int, line: Int, reason: String)
  /// A table's header lacks a column that every row needs.
  case missingColumn(name: String, line: Int, found: [String])
  /// Rows or entries cannot be taken, and they were not to be skipped: nothing was imported. The first are listed.
  case refused([ImportReport.Problem], count: Int)
  /// The bytes are not UTF-16 at this line, though they begin as such.
  case invalidUTF16(line: Int)
  /// A workbook that cannot be read, or not all of it.
  case workbook(reason: String)
  /// There are no sheets of this kind of record.
  case noSheet(Kind)
  /// An exported sheet, which means something only beside the store that it came from.
  case needsStore(Format)
  /// Rows that are gone from a sheet were to be deleted, and nobody can tell which they are.
  case unknownExport
  /// The store whose records were to be written anew has the same history as this one.
  case replicaOfThisStore(path: String)
  /// The key to sign with cannot be used; why.
  case badKey(reason: String)
  /// A licence that is not an IRI.
  case badLicense(String)
  /// What is wrong with one of the files imported; nothing was imported from any.
  indirect case inFile(name: String, InterchangeError)
}

extension InterchangeError: CustomStringConvertible {
  /// One sentence that says what is wrong and where, and one with the remedy.
  public var description: String {
    switch self {
    case .invalidUTF8(let offset, let line):
      "not valid UTF-8 at byte \(offset), line \(line). Save the file as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8"
    case .notUTF8Encoding:
      "the text is in UTF-16 or UTF-32, which only tables with a byte order mark may be. Save it as UTF-8 (Excel: \"CSV UTF-8\"), or convert it: "
        + "iconv -f UTF-16 -t UTF-8"
    case .notText(let offset, let line):
      "a zero byte at byte \(offset), line \(line): this is not a text file. Export it as \(Self.formatNames)"
    case .tooLarge(let limit, let format):
      "larger than the \(limit >> 20) MiB that a \(format.name) file may have. Split it and import the parts"
    case .empty:
      "the file is empty. It should hold \(Self.formatNames)"
    case .unknownFormat(let name):
      "cannot tell the format of \(name) by its name or its content. Name the format: \(Self.formatKeys)"
    case .exportedOnly(let format):
      "\(format.name) can be written and not read. What can be read: \(Self.formatKeys)"
    case .importedOnly(let format):
      "\(format.name) can be read and not written. What can be written: "
        + Format.allCases.filter(\.isExported).map(\.rawValue).joined(separator: ", ")
    case .unreadable(let reason):
      "cannot be read: \(reason)"
    case .syntax(let format, let place, let reason):
      "\(place): not valid \(format.name): \(reason)"
    case .replicaOfThisStore(let path):
      "\(path) is a replica of this store, and its history can come whole (variorum merge \(path))"
    case .badKey(let reason):
      "the key cannot be used: \(reason) (make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048)"
    case .badLicense(let text):
      "\"\(text.prefix(80))\" is no licence that can be published: give its web address, as in "
        + NanopubOptions.attributionLicense
    case .refused(let problems, let count): Self.refusal(problems, count)
    case .inFile(let name, let error): "\(name): \(error)"
    default: sheetDescription ?? headerDescription
    }
  }

  private var sheetDescription: String? {
    switch self {
    case .invalidUTF16(let line):
      "line \(line): not valid UTF-16. Save the file once more, as \"Unicode Text\" or as UTF-8"
    case .workbook(let reason): "not valid XLSX: \(reason)"
    case .noSheet(let kind):
      "there is no sheet of \(kind.plural); there are sheets of "
        + SheetLayout.kinds.map(\.plural).joined(separator: " and ")
    case .needsStore(let format):
      "this \(format.name) file is a sheet that was exported from a store. Import it into that store: variorum import"
    case .unknownExport:
      "the rows that list what was exported (#exported) are gone or damaged, so nobody can tell which rows are missing. "
        + "Delete the records themselves: variorum delete"
    default: nil
    }
  }

  private var headerDescription: String {
    switch self {
    case .unknownColumn(let name, let line, let nearest, let shape):
      "line \(line): unknown column \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ".")
        + " A table of \(shape.rawValue) has: \(shape.columnSummary)"
    case .duplicateColumn(let name, let line):
      "line \(line): the column \"\(name)\" stands there twice. Remove or rename one of them"
    case .badColumnName(let number, let line, let reason):
      "line \(line), column \(number): \(reason)"
    case .missingColumn(let name, let line, let found):
      "line \(line): no column \"\(name)\"; the columns found are \(Self.quoted(found))."
        + " The first row must name the columns: \(TableShape.requirementSummary)"
    default: ""
    }
  }

  private static func refusal(_ problems: [ImportReport.Problem], _ count: Int) -> String {
    let shown = problems.prefix(10)
    let rest = count > shown.count ? ["and \(count - shown.count) more"] : []
    return
      (["nothing was imported, for \(count == 1 ? "a problem" : "\(count) problems") in what was given:"]
      + shown.map { "  \($0)" } + rest.map { "  \($0)" }).joined(separator: "\n")
  }

  private static var formatNames: String { Format.allCases.filter(\.isImported).map(\.name).joined(separator: ", ") }
  private static var formatKeys: String { Format.allCases.filter(\.isImported).map(\.rawValue).joined(separator: ", ") }

  private static func quoted(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "\"\($0.prefix(60))\"" }
    return shown.joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
