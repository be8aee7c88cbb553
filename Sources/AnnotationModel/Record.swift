/// What a field of a record holds, as it is read.
public enum FieldContent: Hashable, Sendable {
  /// A text, identifier or word.
  case text(String)
  /// `true` or `false`.
  case flag(Bool)
  /// The id of another record.
  case record(RecordID)
  /// An ordered list of texts.
  case texts([String])
  /// A quote and where it stands.
  case selector(Selector)
  /// The elements of a set, sorted by UTF-8 bytes.
  case elements([String])

  /// The content as a value that can be put out.
  public var value: CBORValue {
    switch self {
    case .text(let text): .text(text)
    case .flag(let flag): .bool(flag)
    case .record(let id): .bytes(id.bytes)
    case .texts(let texts), .elements(let texts): .array(texts.map(CBORValue.text))
    case .selector(let selector): selector.value
    }
  }
}

/// A record as the store shows it: of each register and each prose the value shown, of each set the elements present.
public struct Record: Hashable, Sendable {
  /// What it is.
  public let kind: Kind
  /// Its UUID.
  public let id: RecordID
  /// The fields that are not absent, by wire name; a set that is empty is absent.
  public let fields: [String: FieldContent]
  /// The curator who created it.
  public let curator: RecordID
  /// When it was created, in milliseconds since 1970 UTC by the clock of the laptop.
  public let createdMilliseconds: Int64
  /// When it was last written to, likewise.
  public let modifiedMilliseconds: Int64
  /// Whether it is deleted.
  public let isDeleted: Bool

  /// Makes a record.
  public init(
    kind: Kind, id: RecordID, fields: [String: FieldContent], curator: RecordID, createdMilliseconds: Int64,
    modifiedMilliseconds: Int64, isDeleted: Bool
  ) {
    self.kind = kind
    self.id = id
    self.fields = fields
    self.curator = curator
    self.createdMilliseconds = createdMilliseconds
    self.modifiedMilliseconds = modifiedMilliseconds
    self.isDeleted = isDeleted
  }

  /// The kind with the id.
  public var key: RecordKey { RecordKey(kind: kind.rawValue, id: id) }

  /// The text, identifier or word of a field.
  public func text(_ field: String) -> String? { if case .text(let text) = fields[field] { text } else { nil } }
  /// The id that a field holds.
  public func reference(_ field: String) -> RecordID? { if case .record(let id) = fields[field] { id } else { nil } }
  /// The flag that a field holds.
  public func flag(_ field: String) -> Bool? { if case .flag(let flag) = fields[field] { flag } else { nil } }
  /// The list of texts that a field holds.
  public func texts(_ field: String) -> [String] { if case .texts(let texts) = fields[field] { texts } else { [] } }
  /// The elements of a set.
  public func elements(_ field: String) -> [String] {
    if case .elements(let elements) = fields[field] { elements } else { [] }
  }
  /// The quote of the field `selector`.
  public var selector: Selector? {
    if case .selector(let selector) = fields["selector"] { selector } else { nil }
  }

  /// The record under its wire names, for JSON.
  public var value: CBORValue {
    var entries: [CBORValue.Entry] = [
      .init("schema", .int(1)), .init("id", .bytes(id.bytes)), .init("kind", .text(kind.rawValue)),
    ]
    for field in kind.fields {
      if let content = fields[field.name] { entries.append(.init(field.name, content.value)) }
    }
    entries.append(.init("curator", .bytes(curator.bytes)))
    entries.append(.init("created_ms", .int(createdMilliseconds)))
    entries.append(.init("modified_ms", .int(modifiedMilliseconds)))
    entries.append(.init("deleted", .bool(isDeleted)))
    return .map(entries)
  }
}
