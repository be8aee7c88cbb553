import ProseCRDT

extension Op {
  /// Splices, and whether each is against the text after the one before it.
  public typealias TextEdits = (splices: [TextSplice], areTyped: Bool)

  /// The splices with the part of the inserted text that belongs to each; none where it is no edit of prose.
  public var textEdits: TextEdits {
    guard case .splices(let splices, let inserted, let areTyped) = payload else { return ([], false) }
    let text = inserted?.value.text ?? ""
    var start = text.startIndex
    let edits = splices.map { splice in
      let end = text.unicodeScalars.index(start, offsetBy: splice.inserted, limitedBy: text.endIndex) ?? text.endIndex
      defer { start = end }
      return TextSplice(position: splice.position, deleted: splice.deleted, inserted: String(text[start..<end]))
    }
    return (edits, areTyped)
  }

  /// What the edits of the op make of a text.
  public func edited(_ text: String) -> String {
    let edits = textEdits
    return edits.areTyped
      ? TextEdit.applyTyped(edits.splices, to: text) : TextEdit.apply(edits.splices, to: text)
  }

  /// An edit of prose from `old` to `new` against `superseded`; `nil` where nothing changes.
  ///
  /// - Parameter old: the text of exactly the version that is superseded.
  public static func edit(
    cell: CellKey, from old: String, to new: String, superseding superseded: [ChangeID]
  ) -> Op? {
    let edits = TextEdit.splices(from: old, to: new)
    return edits.isEmpty ? nil : splicing(cell: cell, edits, superseding: superseded)
  }

  /// An edit of prose as it was typed, each edit against the text after the one before; `nil` where nothing was.
  ///
  /// - Parameter typing: begun at the text of exactly the version that is superseded.
  public static func edit(cell: CellKey, typing: Typing, superseding superseded: [ChangeID]) -> Op? {
    typing.edits.isEmpty ? nil : splicing(cell: cell, typing.edits, areTyped: true, superseding: superseded)
  }

  /// An op that takes the text as its superseded versions were merged, and changes nothing in it.
  public static func acceptance(cell: CellKey, of superseded: [ChangeID]) -> Op {
    splicing(cell: cell, [], superseding: superseded)
  }

  /// Whether it takes a merged text as it is.
  public var isAcceptance: Bool {
    if case .splices(let splices, _, _) = payload { splices.isEmpty && supersedes.count > 1 } else { false }
  }

  private static func splicing(
    cell: CellKey, _ edits: [TextSplice], areTyped: Bool = false, superseding superseded: [ChangeID]
  ) -> Op {
    let splices = edits.map {
      Splice(position: $0.position, deleted: $0.deleted, inserted: $0.inserted.unicodeScalars.count)
    }
    let inserted = edits.map(\.inserted).joined()
    return Op(
      kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .splice, supersedes: superseded,
      payload: .splices(splices, inserted: inserted.isEmpty ? nil : .prose(inserted), areTyped: areTyped))
  }
}
