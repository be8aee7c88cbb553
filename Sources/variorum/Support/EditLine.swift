import AnnotationStore

/// Commands that give a record what it was not given, to be typed as they stand.
enum EditLine {
  /// The longest value that is worth a line.
  private static let limit = 1000

  /// The option of `variorum edit` that gives a field this, or adds it to a set; `nil` where nobody can type it.
  static func option(_ field: Field, _ content: FieldContent) -> String? {
    guard !field.isImmutable, !field.isOfImports, canBeTyped(content) else { return nil }
    let pair = "\(field.name)=\(FieldText.text(content))"
    let isHarmless = pair.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard pair.utf8.count <= limit, isHarmless else { return nil }
    return "\(field.isSet ? "--add" : "--set") \(ShellWord.quoted(pair))"
  }

  /// Whether the text of the content is read as the content.
  private static func canBeTyped(_ content: FieldContent) -> Bool {
    switch content {
    case .selector(let selector): selector.exact.map { Selector(exact: $0) == selector } ?? false
    case .texts(let texts): texts.allSatisfy { !$0.contains(";") }
    default: true
    }
  }
}

extension Console {
  /// Tells what was given for a record that was there already, and with which command it is taken.
  func tell(_ left: [FilledIn.Left], of shortID: String) {
    for item in left {
      let given = IdentifierError.quoted(FieldText.text(item.given))
      let here = item.here.map { IdentifierError.quoted(FieldText.text($0)) } ?? "taken away by hand"
      message(
        item.isInConflict
          ? "not taken: \(item.field.name) \(given), for the field is in conflict"
          : "not taken: \(item.field.name) \(given), for here it is \(here)")
    }
    let options = left.filter { !$0.isInConflict }.compactMap { EditLine.option($0.field, $0.given) }
    if !options.isEmpty { hint("variorum edit \(shortID) \(options.joined(separator: " "))") }
    if let conflict = left.first(where: \.isInConflict) {
      hint("variorum resolve \(shortID).\(conflict.field.name) decides what is in conflict")
    }
  }

  /// Tells what came of adding a record that was there already.
  func known<Value>(
    _ commit: Store.Commit<Value>, _ filled: FilledIn, _ id: RecordID, _ kind: Kind, in store: Store, _ line: String,
    next: @escaping (String) -> String
  ) throws {
    let what =
      filled.fields.isEmpty
      ? "unchanged, the \(kind.rawValue) is there" : "filled in \(filled.fields.joined(separator: ", "))"
    try written(
      commit, to: id, kind, in: store, "\(what): \(line)", next: filled.left.isEmpty ? next : nil)
    tell(filled.left, of: try store.shortID(id, kind))
  }
}
