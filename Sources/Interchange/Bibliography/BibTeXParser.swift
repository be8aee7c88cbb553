/// Reads sources from BibTeX and BibLaTeX.
///
/// Text outside entries is comment, as BibTeX has it. `@string` abbreviations are expanded, `@comment` and `@preamble`
/// skipped.
struct BibTeXParser {
  /// An entry with its fields' values still in LaTeX, in the order of the file.
  struct Entry {
    var type: String
    var key: String
    var place: Place
    var fields: [(name: String, value: String)]

    func value(_ names: String...) -> String? {
      for name in names {
        if let field = fields.first(where: { $0.name == name }), !field.value.trimmed().isEmpty { return field.value }
      }
      return nil
    }
  }

  /// No value may grow beyond this by concatenating abbreviations.
  static let valueLimit = 1 << 20
  /// How many bytes the values may have together beyond those of the file.
  private static let expansionLimit = 64 << 20
  private var valueBytes = 0
  static let depthLimit = 1000

  private let file: TextFile
  private var offset = 0
  private var abbreviations: [String: String] = [
    "jan": "1", "feb": "2", "mar": "3", "apr": "4", "may": "5", "jun": "6", "jul": "7", "aug": "8", "sep": "9",
    "oct": "10", "nov": "11", "dec": "12",
  ]
  private var collector = SourceCollector()

  static func parse(
    _ file: TextFile, entryLimit: Int = SourceCollector.entryLimit
  ) throws(InterchangeError) -> ImportDraft {
    var parser = BibTeXParser(file)
    var count = 0
    while try parser.readItem() {
      count += 1
      guard count <= entryLimit else {
        throw file.error(at: parser.offset, "more than \(entryLimit) entries (split the file)")
      }
    }
    return parser.collector.finish(calling: "fields")
  }

  private init(_ file: TextFile) { self.file = file }

  private var current: UInt8? { offset < file.bytes.count ? file.bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = current, isSpace(byte) { offset += 1 }
  }

  /// Reads to the end of the next `@` item; false where there is none.
  private mutating func readItem() throws(InterchangeError) -> Bool {
    while let byte = current, byte != UInt8(ascii: "@") { offset += 1 }
    guard current != nil else { return false }
    let start = offset
    offset += 1
    skipSpace()
    let type = name().lowercased()
    skipSpace()
    if type == "comment" {
      if current == UInt8(ascii: "{") { _ = try braced() }
      return true
    }
    guard !type.isEmpty else { throw file.error(at: start, "expected an entry's type after @, as in @article{...}") }
    let closing: UInt8
    switch current {
    case UInt8(ascii: "{"): closing = UInt8(ascii: "}")
    case UInt8(ascii: "("): closing = UInt8(ascii: ")")
    default: throw file.error(at: offset, "expected { after @\(type.prefix(40))")
    }
    offset += 1
    skipSpace()
    switch type {
    case "preamble":
      if current != closing { _ = try value(of: nil) }
      try close(closing, from: start)
    case "string": try readAbbreviation(closing, from: start)
    default: try readEntry(type: type, closing: closing, from: start)
    }
    return true
  }

  private mutating func close(_ closing: UInt8, from start: Int) throws(InterchangeError) {
    skipSpace()
    guard current != nil else { throw file.error(at: start, "what begins here is never closed") }
    guard current == closing else {
      throw file.error(at: offset, "expected , or \(Character(Unicode.Scalar(closing)))")
    }
    offset += 1
  }

  private mutating func readAbbreviation(_ closing: UInt8, from start: Int) throws(InterchangeError) {
    let name = name().lowercased()
    try expectEquals(after: name)
    abbreviations[name] = try value(of: nil)
    skipSpace()
    if current == UInt8(ascii: ",") { offset += 1 }
    try close(closing, from: start)
  }

  private mutating func readEntry(type: String, closing: UInt8, from start: Int) throws(InterchangeError) {
    let keyStart = offset
    while let byte = current, byte != UInt8(ascii: ","), byte != closing, byte != UInt8(ascii: "=") { offset += 1 }
    guard current != nil else { throw file.error(at: start, "the entry that begins here is never closed") }
    guard current != UInt8(ascii: "=") else {
      throw file.error(at: keyStart, "the entry has no citation key. Write @\(type.prefix(40)){key, ...")
    }
    let key = file.text(keyStart..<offset).trimmed()
    var entry = Entry(type: type, key: key, place: Place(line: file.line(at: start)), fields: [])
    var names: Set<String> = []
    while current == UInt8(ascii: ",") {
      offset += 1
      skipSpace()
      if current == closing { break }
      guard current != nil else { break }
      let fieldStart = offset
      let name = name().lowercased()
      try expectEquals(after: name)
      let value = try value(of: key)
      if !names.insert(name).inserted {
        let file = file
        collector.leaveOut("\(key) (line \(file.line(at: fieldStart))): the field \(name) again; the first one counts")
      } else {
        entry.fields.append((name, value))
      }
      guard entry.fields.count <= 1000 else { throw file.error(at: fieldStart, "an entry with more than 1000 fields") }
      skipSpace()
    }
    try close(closing, from: start)
    BibTeXEntry.add(entry, to: &collector)
  }

  private mutating func expectEquals(after name: String) throws(InterchangeError) {
    guard !name.isEmpty else { throw file.error(at: offset, "expected a field's name") }
    skipSpace()
    guard current == UInt8(ascii: "=") else { throw file.error(at: offset, "expected = after \(name.prefix(40))") }
    offset += 1
  }

  /// A name: anything but white space and what BibTeX gives a meaning.
  private mutating func name() -> String {
    let start = offset
    let special = Array("\"#%'(),={}@".utf8)
    while let byte = current, !isSpace(byte), !special.contains(byte) { offset += 1 }
    return file.text(start..<offset)
  }

  /// One or more values joined by `#`.
  private mutating func value(of key: String?) throws(InterchangeError) -> String {
    var text = ""
    let start = offset
    while true {
      skipSpace()
      text += try piece(of: key)
      guard text.utf8.count <= Self.valueLimit else { throw file.error(at: start, "a value of more than 1 MiB") }
      // What abbreviations make of a small file is bounded, too.
      valueBytes += text.utf8.count
      guard valueBytes <= 4 * file.bytes.count + Self.expansionLimit else {
        throw file.error(at: start, "abbreviations make more than \(Self.expansionLimit >> 20) MiB of this file")
      }
      skipSpace()
      guard current == UInt8(ascii: "#") else { return text }
      offset += 1
    }
  }

  private mutating func piece(of key: String?) throws(InterchangeError) -> String {
    guard let byte = current else { throw file.error(at: offset, "the file ends where a value should be") }
    if byte == UInt8(ascii: "{") { return try braced() }
    if byte == UInt8(ascii: "\"") { return try quoted() }
    let start = offset
    let word = name()
    guard !word.isEmpty else {
      throw file.error(at: start, "expected a value: {...}, \"...\", a number or an abbreviation")
    }
    if word.isDigits { return word }
    if let known = abbreviations[word.lowercased()] { return known }
    let file = file
    collector.leaveOut(
      "\(key ?? "@string") (line \(file.line(at: start))): the abbreviation \(word.prefix(60)) is not defined; left empty"
    )
    return ""
  }

  private mutating func braced() throws(InterchangeError) -> String {
    let start = offset
    offset += 1
    try skipBalanced(until: UInt8(ascii: "}"), from: start)
    return file.text(start + 1..<offset - 1)
  }

  private mutating func quoted() throws(InterchangeError) -> String {
    let start = offset
    offset += 1
    try skipBalanced(until: UInt8(ascii: "\""), from: start)
    return file.text(start + 1..<offset - 1)
  }

  /// Reads past an end mark that stands outside all braces.
  private mutating func skipBalanced(until end: UInt8, from start: Int) throws(InterchangeError) {
    var depth = 0
    while let byte = current {
      offset += 1
      if depth == 0, byte == end { return }
      if byte == UInt8(ascii: "{") {
        depth += 1
        guard depth <= Self.depthLimit else { throw file.error(at: offset - 1, "braces nested too deep") }
      } else if byte == UInt8(ascii: "}") {
        depth -= 1
        guard depth >= 0 else {
          throw file.error(at: offset - 1, "a } that closes nothing, in the value from \(place(start))")
        }
      }
    }
    throw file.error(at: start, "the value that begins here is never closed; braces must come in pairs")
  }

  private func place(_ offset: Int) -> String { "line \(file.line(at: offset))" }
}
