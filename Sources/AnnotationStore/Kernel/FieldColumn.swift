import AnnotationModel
import Foundation
import GRDB

/// How the content of a field stands in its column of the typed table, and back.
///
/// What is not of the field's type, from another version or a faulty program, is carried as text.
package enum FieldColumn {
  /// What a live value says; `nil` for an explicit null, which reads as nothing.
  package static func content(of value: CBORValue, in field: Field) -> FieldContent? {
    switch (value, field.type) {
    case (.null, _): return nil
    case (.text(let text), _): return .text(withoutNUL(text))
    case (_, .prose): return nil
    case (.bool(let flag), .register(.flag)): return .flag(flag)
    case (.bytes(let bytes), .register(.record)):
      return RecordID(bytes).map(FieldContent.record) ?? .text(hexadecimal(bytes))
    case (.array(let items), .register(.texts)) where items.allSatisfy({ $0.text != nil }):
      return .texts(items.compactMap(\.text).map(withoutNUL))
    case (.map, .register(.selector)): return Selector(value).map(FieldContent.selector)
    default: return .text(JSONText.write(value))
    }
  }

  /// What a column of a row says.
  static func content(of row: SQLRow, _ column: Int32, in field: Field) -> FieldContent? {
    if case .register(.flag) = field.type, let flag = row.value(Int.self, column) { return .flag(flag != 0) }
    guard let text = row.value(String.self, column) else { return nil }
    switch field.type {
    case .register(.record): return RecordID(uuid: text).map(FieldContent.record) ?? .text(text)
    case .register(.texts):
      return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))).map(FieldContent.texts) ?? .text(text)
    case .register(.selector):
      return (try? JSONDecoder().decode(Selector.self, from: Data(text.utf8))).map(FieldContent.selector) ?? .text(text)
    default: return .text(text)
    }
  }

  /// What the full-text index holds of a field.
  static func searchable(_ content: FieldContent?, in field: Field) -> String? {
    switch (content, field.type) {
    case (.text(let text), .prose), (.text(let text), .register(.text)): text
    case (.texts(let texts), _): texts.joined(separator: "\n")
    case (.selector(let selector), _): selector.exact
    default: nil
    }
  }

  /// Whether the full-text index holds anything of a field.
  static func isSearchable(_ field: Field) -> Bool {
    switch field.type {
    case .prose, .register(.text), .register(.texts), .register(.selector): true
    default: false
    }
  }

  /// The text of a prose column as that of the one change that is live; `nil` where it may not be what was written.
  static func known(_ column: String?, at change: ChangeID) -> KnownText? {
    let isExact = column.map { !$0.unicodeScalars.contains(replacement) } ?? true
    return isExact ? KnownText(change: change, text: column) : nil
  }

  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// An element of a set as its row holds it.
  package static func shown(_ element: String) -> String { withoutNUL(element) }

  /// Whether several elements may be shown so.
  static func mayHaveTwins(_ shown: String) -> Bool { shown.unicodeScalars.contains(replacement) }

  /// SQLite's text functions end at a NUL character; the log keeps it.
  private static func withoutNUL(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? replacement : $0 }))
  }
}

/// The typed table of a kind: its columns and the statements that write it.
struct TypedTable: Sendable {
  let kind: Kind
  /// The fields that are columns, in order.
  let columns: [Field]
  /// The fields that have a table of their own, one row an element.
  let sets: [Field]
  let insert: String
  /// The columns of the fields, as a statement selects them.
  let selection: String

  private init(_ kind: Kind) {
    self.kind = kind
    columns = kind.fields.filter { !$0.isSet }
    sets = kind.fields.filter(\.isSet)
    selection = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let names = columns.map { "\"\($0.name)\"" } + ["curator", "created_ms", "modified_ms", "deleted"]
    insert = """
      INSERT INTO \(kind.rawValue) (ref, id, \(names.joined(separator: ", ")))
      VALUES (?, ?, \(names.map { _ in "?" }.joined(separator: ", ")))
      """
  }

  private static let all = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, TypedTable($0)) })

  static func of(_ kind: Kind) -> TypedTable { all[kind] ?? TypedTable(kind) }

  /// The table that holds the elements of a set field, and its column of the same name.
  static func table(ofSet field: Field) -> String {
    switch field.name {
    case "tags": "tag"
    case "entities": "entity"
    case "qualifiers": "qualifier"
    default: "synonym"
    }
  }

  /// The statement that puts an element into the table of a set field, by the field's name.
  static let insertElement = Dictionary(
    Kind.allCases.flatMap { TypedTable.of($0).sets }.map { field in
      let table = table(ofSet: field)
      return (field.name, "INSERT OR IGNORE INTO \(table) (record, \(table)) VALUES (?, ?)")
    }, uniquingKeysWith: { first, _ in first })

  /// All tables of elements.
  static let setTables = ["tag", "entity", "qualifier", "synonym"]
}
