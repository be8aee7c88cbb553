/// A record: its kind belongs to its identity, so that no op can change what a record is.
public struct RecordKey: Hashable, Comparable, Sendable {
  /// The kind's wire name.
  public var kind: String
  /// The UUID.
  public var id: RecordID

  /// Makes the key.
  public init(kind: String, id: RecordID) {
    self.kind = kind
    self.id = id
  }

  /// Equality of the bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.id == right.id && left.kind.isSameBytes(as: right.kind)
  }

  /// Hashes what `==` compares: one id under many kinds must not make a table slow.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(utf8: kind)
  }

  /// Orders by id, then by the bytes of the kind.
  public static func < (left: Self, right: Self) -> Bool {
    left.id == right.id ? left.kind.precedesInBytes(right.kind) : left.id < right.id
  }
}

/// One field of one record, or one element of a set field.
public struct CellKey: Hashable, Comparable, Sendable {
  /// The record.
  public var record: RecordKey
  /// The field's wire name; empty for the life of the record.
  public var field: String
  /// The element, where the field is a set.
  public var element: String?

  /// Makes the key.
  public init(record: RecordKey, field: String, element: String? = nil) {
    self.record = record
    self.field = field
    self.element = element
  }

  /// Equality of the bytes; Swift's own equality of strings takes canonically equivalent ones for the same.
  public static func == (left: Self, right: Self) -> Bool {
    guard left.record == right.record, left.field.isSameBytes(as: right.field) else { return false }
    switch (left.element, right.element) {
    case (nil, nil): return true
    case (let left?, let right?): return left.isSameBytes(as: right)
    default: return false
    }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(record)
    hasher.combine(utf8: field)
    if let element { hasher.combine(utf8: element) }
  }

  /// Orders by record, field and element, each by bytes; no element before any.
  public static func < (left: Self, right: Self) -> Bool {
    if left.record != right.record { return left.record < right.record }
    if !left.field.isSameBytes(as: right.field) { return left.field.precedesInBytes(right.field) }
    switch (left.element, right.element) {
    case (let left?, let right?): return left.precedesInBytes(right)
    case (nil, .some): return true
    default: return false
    }
  }
}
