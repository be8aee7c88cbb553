import AnnotationModel

/// A text as somebody saw it, to be edited from there: what was written to it meanwhile is merged with the edit, and
/// not overwritten.
public struct ProseVersion: Hashable, Sendable {
  /// The text that was shown; empty where the field is absent.
  public let text: String
  /// The field's wire name.
  public var field: String { cell.field }
  /// The cell.
  let cell: CellKey
  /// What was live.
  let live: [ChangeID]
  /// The text of exactly that, which the splices of an edit are against.
  let versionText: String
}

extension ReadTransaction {
  /// The text of a prose field as it stands now, to be edited.
  ///
  /// - Throws: ``StoreError/noRecord(_:)``; ``ModelError`` where the record has no such field, or it is no prose.
  public func proseVersion(of record: RecordID, _ fieldName: String) throws -> ProseVersion {
    let found = try existing(record)
    guard let field = found.kind.field(named: fieldName) else {
      throw ModelError.unknownField(kind: found.kind, field: fieldName)
    }
    guard field.isProse else {
      throw ModelError.malformed(field: fieldName, value: "", remedy: "it is no prose; give it a value")
    }
    let (cell, log) = (CellKey(record: found.key, field: field.name), LogReader(db))
    return try version(of: cell, log.live(in: cell), log)
  }

  /// The text that stands in a prose cell now; read from its row where one change is live.
  func version(of cell: CellKey, _ live: [ChangeID], _ log: LogReader) throws -> ProseVersion {
    if live.count == 1 {
      let column = "SELECT \"\(cell.field)\" FROM \(cell.record.kind) WHERE id = ?"
      let shown = try db.one(String.self, column, cell.record.id.description)
      if let known = FieldColumn.known(shown, at: live[0]) {
        let text = known.text ?? ""
        return ProseVersion(text: text, cell: cell, live: live, versionText: text)
      }
    }
    let reading = try ProseResolver(log, cell).reading(live)
    return ProseVersion(text: reading.text ?? "", cell: cell, live: live, versionText: reading.versionText)
  }
}

extension WriteTransaction {
  /// Edits a text from the version that somebody saw.
  ///
  /// Supersedes exactly that version. Where others have written since, both edits are merged, and where they changed the
  /// same words a conflict of type `prose` asks for a look.
  ///
  /// - Returns: `false` where the text is what was seen.
  /// - Throws: ``ModelError`` where the text is none that may stand there; ``StoreError/deleted(_:_:)``;
  ///   ``StoreError/noChange(_:)`` where the version is not of this store, as after it was restored.
  @discardableResult
  public func edit(_ version: ProseVersion, to text: String?) throws -> Bool {
    let (_, field) = try editable(version.cell.record.id, version.cell.field)
    guard let text else {
      throw ModelError.malformed(field: field.name, value: "", remedy: "give it a text, or delete the record")
    }
    try checkNew(.text(text), for: field, of: Kind(rawValue: version.cell.record.kind) ?? .claim)
    if text.utf8.elementsEqual(version.text.utf8) { return false }
    for change in version.live where try applier.log.arrival(of: change) == nil {
      throw StoreError.noChange(change.hex)
    }
    let op = Op.edit(cell: version.cell, from: version.versionText, to: text, superseding: version.live)
    // Nothing to splice, and yet another text than was shown: the two that were shown as one are merged as they stand.
    try append(op ?? .acceptance(cell: version.cell, of: version.live))
    return true
  }
}
