import AnnotationStore
import ArgumentParser

/// The options by which a verb is given prose.
struct BodyOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The text; - reads it from stdin.", valueName: "text"))
  var body: String?
  @Option(help: ArgumentHelp("A file with the text; - is stdin.", valueName: "file"), completion: .file())
  var bodyFile: String?

  /// Whether a text is given, so that no editor need be opened.
  var isGiven: Bool { body != nil || bodyFile != nil }

  /// The text where it is an argument of its own or given by these options, or what is written in the editor now.
  func text(beside direct: String?, console: Console) throws -> String {
    if direct != nil, isGiven {
      throw CLIError.usage("the text is given twice (give it directly, by --body or by --body-file)")
    }
    return try readText(body: direct ?? body, bodyFile: bodyFile, initial: "", console: console)
  }

  /// The text, or what is written in the editor now.
  func text(initial: String = "", console: Console) throws -> String {
    try readText(body: body, bodyFile: bodyFile, initial: initial, console: console)
  }
}

/// The options by which a verb is given a quote.
struct QuoteOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The words quoted, as they stand in the text.", valueName: "text"))
  var quote: String?
  @Option(help: ArgumentHelp("The words right before the quote.", valueName: "text"))
  var prefix: String?
  @Option(help: ArgumentHelp("The words right after the quote.", valueName: "text"))
  var suffix: String?

  /// The selector; `nil` where no quote is given.
  func selector() throws -> Selector? {
    guard let quote else {
      guard prefix == nil, suffix == nil else {
        throw CLIError.usage("\(prefix == nil ? "--suffix" : "--prefix") stands beside a quote (give --quote TEXT too)")
      }
      return nil
    }
    let selector = Selector(exact: quote, prefix: prefix, suffix: suffix)
    try selector.check(field: "quote")
    return selector
  }
}

/// The values of a new record's fields, read as the model reads them.
struct FieldValues {
  let kind: Kind
  /// The values of registers and prose, by wire name.
  private(set) var values: [String: CBORValue] = [:]
  /// The elements of sets, by wire name.
  private(set) var sets: [String: [String]] = [:]

  init(_ kind: Kind) { self.kind = kind }

  /// Gives a field the value of an option, where it is given.
  mutating func set(_ name: String, _ text: String?) throws {
    guard let text else { return }
    values[name] = try field(name).parse(text)
  }

  /// Gives a set its elements.
  mutating func add(_ name: String, _ elements: [String]) throws {
    let field = try field(name)
    for element in elements { sets[name, default: []].append(try field.parseElement(element)) }
  }

  private func field(_ name: String) throws -> Field {
    guard let field = kind.field(named: name) else { throw ModelError.unknownField(kind: kind, field: name) }
    return field
  }
}

extension Store {
  /// The record that is meant by what was typed, where it can be written to.
  ///
  /// - Throws: ``StoreError`` before anybody is asked for a text that could then not be kept.
  func writable(_ text: String, of kinds: [Kind] = Kind.allCases) throws -> Record {
    try read { reader in
      let found = try reader.record(named: text, of: kinds)
      if found.isDeleted { throw try reader.refusal(ofDeleted: found) }
      return found
    }
  }

  /// The short id of a record.
  func shortID(_ id: RecordID, _ kind: Kind) throws -> String { try read { try $0.shortID(id, kind) } }

  /// The source that is meant by an id, a DOI or another identifier.
  func source(_ text: String?) throws -> RecordID? {
    guard let text else { return nil }
    return try read { reader in
      let found = try reader.source(named: text)
      if found.isDeleted { throw try reader.refusal(ofDeleted: found) }
      return found.id
    }
  }
}

extension WriteTransaction {
  /// Refuses to take a record as added that is there and deleted: nobody takes a delete back by accident.
  func refuseDeleted(_ added: Added) throws {
    guard !added.isNew else { return }
    let reader = try reader()
    let found = try reader.existing(added.id)
    if found.isDeleted { throw try reader.refusal(ofDeleted: found) }
  }
}

extension Console {
  /// Tells what was written to one record, with the store's notice before it.
  ///
  /// - Parameter next: makes of the short id what to type next.
  func written<Value>(
    _ commit: Store.Commit<Value>, to id: RecordID, _ kind: Kind, in store: Store, _ text: String,
    next: ((String) -> String)? = nil
  ) throws {
    notice(commit.notice)
    let shortID = try store.shortID(id, kind)
    written(id: id, kind: kind, change: commit.changes.last, text: excerpt(text, beside: shortID), shortID: shortID)
    if let next { hint(next(shortID)) }
  }

  /// The text on one line beside a short id.
  func excerpt(_ text: String, beside shortID: String) -> String {
    TerminalText.truncated(TerminalText.onOneLine(text), to: max(20, width - shortID.count - 2))
  }
}

extension Record {
  /// A few words by which people know the record.
  var gist: String {
    switch kind {
    case .source: text("title") ?? Citation(self).line
    case .claim: text("statement") ?? ""
    case .annotation: text("body") ?? ""
    case .assessment: [text("stance"), text("body")].compactMap { $0 }.joined(separator: ": ")
    case .evidence: [text("direction"), text("eco")].compactMap { $0 }.joined(separator: " ")
    case .link: text("type") ?? ""
    case .term: [text("curie"), text("label")].compactMap { $0 }.joined(separator: " ")
    case .curator: text("name") ?? ""
    }
  }
}
