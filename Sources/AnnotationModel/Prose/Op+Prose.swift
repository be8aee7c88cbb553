import ProseCRDT

extension Op {
  /// The splices with the part of the inserted text that belongs to each.
  public static func textSplices(_ splices: [Splice], inserted: String) -> [TextSplice] {
    var rest = inserted.unicodeScalars[...]
    return splices.map { splice in
      let part = rest.prefix(splice.inserted)
      rest = rest.dropFirst(splice.inserted)
      return TextSplice(
        position: splice.position, deleted: splice.deleted, inserted: String(String.UnicodeScalarView(part)))
    }
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

  /// An op that takes the text as its superseded versions were merged, and changes nothing in it.
  public static func acceptance(cell: CellKey, of superseded: [ChangeID]) -> Op {
    splicing(cell: cell, [], superseding: superseded)
  }

  /// Whether it takes a merged text as it is.
  public var isAcceptance: Bool {
    if case .splices(let splices, _) = payload { splices.isEmpty && supersedes.count > 1 } else { false }
  }

  private static func splicing(cell: CellKey, _ edits: [TextSplice], superseding superseded: [ChangeID]) -> Op {
    let splices = edits.map {
      Splice(position: $0.position, deleted: $0.deleted, inserted: $0.inserted.unicodeScalars.count)
    }
    let inserted = edits.map(\.inserted).joined()
    return Op(
      kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .splice, supersedes: superseded,
      payload: .splices(splices, inserted: inserted.isEmpty ? nil : .prose(inserted)))
  }
}
