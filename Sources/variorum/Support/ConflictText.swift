import AnnotationStore

/// The values of a conflict as a text to be edited into one.
enum ConflictText {
  /// The value shown, as it would be typed; of a text the merge.
  static func shown(_ conflict: ConflictDetail) -> String {
    conflict.merge?.text ?? FieldText.text(conflict.values.first?.content)
  }

  /// All values one after the other, between the marks that people know from merged files.
  static func combined(_ conflict: ConflictDetail, _ names: RecordNames) throws -> String {
    var text = ""
    for (index, reading) in conflict.values.enumerated() {
      let mark = index == 0 ? "<<<<<<<" : "======="
      text += "\(mark) \(index + 1): \(TerminalText.onOneLine(try names.curator(reading.curator)))\n"
      text += FieldText.text(reading.content) + "\n"
    }
    return text + ">>>>>>>\n"
  }

  /// Of lists in conflict, as of authors, all items: those of the first in their order, then what each of the others
  /// adds; `nil` where the values are no lists, or one of them has all already.
  static func union(_ conflict: ConflictDetail) -> [String]? {
    var lists: [[String]] = []
    for value in conflict.values {
      guard case .texts(let items)? = value.content, !value.isErased else { return nil }
      lists.append(items)
    }
    func has(_ list: [String], _ item: String) -> Bool { list.contains { $0.utf8.elementsEqual(item.utf8) } }
    let all = lists.joined().reduce(into: [String]()) { all, item in if !has(all, item) { all.append(item) } }
    return lists.contains { list in all.allSatisfy { has(list, $0) } } ? nil : all
  }

  /// Lets the user edit the value in the editor, and reads what is written there; a register left as it is shown is taken
  /// as it is, with what the text does not tell of it.
  ///
  /// - Throws: ``CLIError`` where nothing is left, or the marks still stand in it; what was written is kept then.
  static func edited(
    _ initial: String, _ conflict: ConflictDetail, _ store: Store, _ console: Console
  ) throws -> Decision {
    guard let field = conflict.record.kind.field(named: conflict.field) else {
      throw StoreError.cannotDecide(
        conflict.record.id, conflict.record.kind, field: conflict.field,
        reason: "there is no value to edit (give --restore or --delete)")
    }
    try FieldText.refuseImported(field)
    var text = try readText(body: nil, bodyFile: nil, initial: initial, console: console)
    if text.hasSuffix("\n") { text.removeLast() }
    for mark in ["<<<<<<< ", "======= ", ">>>>>>>"]
    where text.split(separator: "\n").contains(where: { $0.hasPrefix(mark) }) && initial.contains(mark) {
      throw CLIError.invalid(
        "a line with \(mark.prefix(7)) still stands in the text (leave what is to be said, and no marks)")
    }
    if conflict.merge == nil, text == shown(conflict), let first = conflict.values.first { return .take(first.change) }
    return .value(try store.read { try FieldText.value(text, of: field, $0) })
  }
}
