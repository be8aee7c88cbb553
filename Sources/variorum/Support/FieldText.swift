import AnnotationStore

/// What people type as the value of a field.
enum FieldText {
  /// The value; a record may be named by a short id, a source in any way that names it.
  ///
  /// - Throws: ``ModelError``, ``StoreError``.
  static func value(_ text: String, of field: Field, _ reader: ReadTransaction) throws -> CBORValue {
    guard case .register(.record(let kinds)) = field.type else { return try field.parse(text) }
    let found = try kinds == [.source] ? reader.source(named: text) : reader.record(named: text, of: kinds)
    if found.isDeleted { throw try reader.refusal(ofDeleted: found) }
    return .bytes(found.id.bytes)
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
