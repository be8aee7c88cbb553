import AnnotationModel

@_exported import struct ProseCRDT.Typing

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
  /// - Parameter kind: the kind of the record, where there are several of its id; else one that has the field.
  /// - Throws: ``StoreError/noRecord(_:)``; ``ModelError`` where the record has no such field, or it is no prose.
  public func proseVersion(
    of record: RecordID, _ fieldName: String, of kind: Kind? = nil
  ) throws -> ProseVersion {
    guard let found = try self.record(record, preferring: kind.map { [$0] } ?? Kind.having(fieldName)) else {
      throw StoreError.noRecord(record.description)
    }
    guard let field = found.kind.field(named: fieldName) else {
      throw ModelError.unknownField(kind: found.kind, field: fieldName)
    }
    guard field.isProse else {
      throw ModelError.malformed(field: fieldName, value: "", remedy: "it is no prose; give it a value")
    }
    let (cell, log) = (CellKey(record: found.key, field: field.name), logReader)
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
    try edit(version, to: text, evenDeleted: false)
  }

  /// Edits a text from a version, also of a record that was deleted since where `evenDeleted` says so.
  func edit(_ version: ProseVersion, to text: String?, evenDeleted: Bool) throws -> Bool {
    let (_, field) = try editable(
      version.cell.record.id, version.cell.field, of: Kind(rawValue: version.cell.record.kind), evenDeleted: evenDeleted
    )
    guard let text else {
      throw ModelError.malformed(field: field.name, value: "", remedy: "give it a text, or delete the record")
    }
    try checkNew(.text(text), for: field, of: Kind(rawValue: version.cell.record.kind) ?? .claim)
    if text.utf8.elementsEqual(version.text.utf8) { return false }
    try checkKnown(version)
    let op = Op.edit(cell: version.cell, from: version.versionText, to: text, superseding: version.live)
    // Nothing to splice, and yet another text than was shown: the two that were shown as one are merged as they stand.
    try append(op ?? .acceptance(cell: version.cell, of: version.live))
    return true
  }

  /// Edits a text as it was typed, from the version that somebody saw: the change holds every edit, in the order in which
  /// they were made, so that what others wrote meanwhile is merged with what was really done, and history can tell it.
  ///
  /// For editors that know what is typed; ``edit(_:to:)`` is for those that know only what came of it. What one change
  /// cannot hold (Schema/change.cddl, about 1 MiB of typing), and what was typed into a text that is shown otherwise
  /// than it stands, because several wrote the same apart, is kept as the difference that it made.
  /// - Returns: `false` where the text is what was seen in the end; nothing is recorded then.
  /// - Throws: ``ModelError`` where an edit lies outside of the text, or what came of it is none that may stand there;
  ///   ``StoreError/deleted(_:_:)``; ``StoreError/noChange(_:)``.
  @discardableResult
  public func edit(_ version: ProseVersion, typing: Typing) throws -> Bool {
    guard let text = typing.applied(to: version.text) else {
      throw ModelError.malformed(
        field: version.field, value: "what was typed",
        remedy: "an edit lies outside of the text; record from the text that was seen")
    }
    let isExact = version.text.utf8.elementsEqual(version.versionText.utf8)
    guard isExact, typing.edits.count <= Limits.opsInChange, typing.byteCount <= Self.typedBytes else {
      return try edit(version, to: text)
    }
    let (_, field) = try editable(
      version.cell.record.id, version.cell.field, of: Kind(rawValue: version.cell.record.kind))
    try checkNew(.text(text), for: field, of: Kind(rawValue: version.cell.record.kind) ?? .claim)
    if text.utf8.elementsEqual(version.text.utf8) { return false }
    try checkKnown(version)
    guard let op = Op.edit(cell: version.cell, typing: typing, superseding: version.live) else { return false }
    try append(op)
    return true
  }

  /// How many bytes of typing are kept in one change, of which the limit is twice that.
  private static var typedBytes: Int { Limits.changeBytes / 2 }

  private func checkKnown(_ version: ProseVersion) throws {
    for change in version.live where try applier.log.arrival(of: change) == nil {
      throw StoreError.noChange(change.hex)
    }
  }
}

extension Typing {
  /// How many bytes it inserts in all.
  fileprivate var byteCount: Int { edits.reduce(0) { $0 + $1.inserted.utf8.count } }
}
