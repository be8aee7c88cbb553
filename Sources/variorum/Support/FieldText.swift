import AnnotationStore

/// What people type as the value of a field.
enum FieldText {
  /// The value; a record may be named by a short id, a source in any way that names it.
  ///
  /// - Throws: ``ModelError``, ``StoreError``; ``CLIError`` where only imports write the field.
  static func value(_ text: String, of field: Field, _ reader: ReadTransaction) throws -> CBORValue {
    try refuseImported(field)
    guard case .register(.record(let kinds)) = field.type else { return try field.parse(text) }
    let found = try kinds == [.source] ? reader.source(named: text) : reader.record(named: text, of: kinds)
    if found.isDeleted { throw try reader.refusal(ofDeleted: found) }
    return .bytes(found.id.bytes)
  }

  /// Refuses to write by hand what only imports write.
  static func refuseImported(_ field: Field) throws {
    guard field.isOfImports else { return }
    throw CLIError.invalid("\(field.name) keeps what a file said, and only an import writes it (variorum import FILE)")
  }

  /// A value as it would be typed.
  static func text(_ content: FieldContent?) -> String {
    switch content {
    case nil: ""
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .record(let id): id.description
    case .texts(let texts), .elements(let texts): texts.joined(separator: "; ")
    case .selector(let selector): selector.exact ?? ""
    }
  }
}
