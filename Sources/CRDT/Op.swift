/// What an op does to its cell; the raw value is the wire code (Schema/change.cddl, `action`).
///
/// A code that this version does not know is kept and indexed: such an op is live in its cell, and reads as nothing.
public struct Action: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The wire code.
  public let rawValue: UInt64

  /// Makes the action of a wire code, known or not.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes the record; live in every cell of it.
  public static let create = Action(rawValue: 0)
  /// Gives a register a value.
  public static let set = Action(rawValue: 1)
  /// Adds an element to a set.
  public static let add = Action(rawValue: 2)
  /// Removes an element from a set.
  public static let remove = Action(rawValue: 3)
  /// Edits prose: splices against the superseded versions.
  public static let splice = Action(rawValue: 4)
  /// Deletes the record, naming what it saw.
  public static let delete = Action(rawValue: 5)
  /// Takes a delete back.
  public static let restore = Action(rawValue: 6)
  /// Reads as the values of earlier changes in the same cell, under their authors.
  public static let restate = Action(rawValue: 7)

  /// The name shown to people and used in `history`.
  public var name: String {
    let names = ["create", "set", "add", "remove", "splice", "delete", "restore", "restate"]
    return rawValue < UInt64(names.count) ? names[Int(rawValue)] : "action-\(rawValue)"
  }

  /// The same as ``name``.
  public var description: String { name }

  /// Whether this version knows the code.
  public var isKnown: Bool { rawValue <= Action.restate.rawValue }
}

/// A value that an op carries, and where in the change it stands.
public struct OpValue: Hashable, Sendable {
  /// Where a value stands. What stands in the header cannot be erased.
  public enum Placement: Hashable, Sendable {
    /// Enumerated values, identifiers and tags.
    case header
    /// Free text and names; hashed with a salt.
    case body
  }

  /// The value; of an erased one what stands for it: U+FFFD in the length of the text, or null.
  public var value: CBORValue
  /// Where it stands.
  public var placement: Placement
  /// Whether the value was erased, so that only its hash is left.
  public var isErased: Bool
  /// The length in Unicode scalars that the header states for prose; `nil` for anything else.
  public var scalarCount: Int?

  /// A value that stands in the header.
  public static func inHeader(_ value: CBORValue) -> OpValue {
    OpValue(value: value, placement: .header, isErased: false, scalarCount: nil)
  }

  /// A value that stands in the body.
  public static func inBody(_ value: CBORValue) -> OpValue {
    OpValue(value: value, placement: .body, isErased: false, scalarCount: nil)
  }

  /// A text that stands in the body, its length in the header.
  public static func prose(_ text: String) -> OpValue {
    OpValue(value: .text(text), placement: .body, isErased: false, scalarCount: text.unicodeScalars.count)
  }
}

/// One splice of prose: positions and counts are in Unicode scalars of the text before this op, ascending and
/// without overlap; of what was typed, of the text after the splice before.
public struct Splice: Hashable, Sendable {
  /// Where it begins.
  public var position: Int
  /// How many scalars it deletes there.
  public var deleted: Int
  /// How many scalars of the op's inserted text it puts in their place.
  public var inserted: Int

  /// Makes a splice.
  public init(position: Int, deleted: Int, inserted: Int) {
    self.position = position
    self.deleted = deleted
    self.inserted = inserted
  }
}

/// The smallest part of a change: what it does to one cell (a create: to every cell of its record).
public struct Op: Hashable, Sendable {
  /// What an op carries besides its cell.
  public enum Payload: Hashable, Sendable {
    /// Nothing: `add`, `remove`, `restore`, or an action that this version does not know.
    case none
    /// `create`: the values of registers and prose, and the elements of sets, by field, fields in wire order.
    case create(values: [FieldValue], elements: [FieldElements])
    /// `set`.
    case value(OpValue)
    /// `splice`: the splices, and the inserted texts one after the other; whether they were typed one by one, each in
    /// the text after the one before.
    case splices([Splice], inserted: OpValue?, areTyped: Bool = false)
    /// `delete`: the changes live in any cell of the record, and the creates of records that target it.
    case saw([ChangeID])
    /// `restate`: the earlier changes.
    case restates([ChangeID])
  }

  /// The value that a create gives to one field.
  public struct FieldValue: Hashable, Sendable {
    /// The field's wire name.
    public var field: String
    /// Its value.
    public var value: OpValue

    /// Makes it.
    public init(_ field: String, _ value: OpValue) {
      self.field = field
      self.value = value
    }
  }

  /// The elements that a create puts into one set.
  public struct FieldElements: Hashable, Sendable {
    /// The field's wire name.
    public var field: String
    /// The elements, each once, sorted by UTF-8 bytes.
    public var elements: [String]

    /// Makes it.
    public init(_ field: String, _ elements: [String]) {
      self.field = field
      self.elements = elements
    }
  }

  /// The record's kind, by its wire name.
  public var kind: String
  /// The record.
  public var record: RecordID
  /// The field's wire name; empty for the life of the record.
  public var field: String
  /// The element, where the field is a set.
  public var element: String?
  /// What it does.
  public var action: Action
  /// The changes whose ops in this cell it supersedes, ascending.
  public var supersedes: [ChangeID]
  /// What it carries.
  public var payload: Payload
  /// Why it was written, where somebody said so, as whoever decides a conflict does; free text, which can be erased.
  public var reason: OpValue?

  /// Makes an op.
  public init(
    kind: String, record: RecordID, field: String = "", element: String? = nil, action: Action,
    supersedes: [ChangeID] = [], payload: Payload = .none, reason: OpValue? = nil
  ) {
    self.kind = kind
    self.record = record
    self.field = field
    self.element = element
    self.action = action
    self.supersedes = supersedes
    self.payload = payload
    self.reason = reason
  }

  /// The cell that it is live in; for a create that of the record's life, though it is live in all.
  public var cell: CellKey { CellKey(record: RecordKey(kind: kind, id: record), field: field, element: element) }

  /// The record that it is about.
  public var recordKey: RecordKey { RecordKey(kind: kind, id: record) }

  /// All changes that the op names.
  public var namedChanges: [ChangeID] {
    switch payload {
    case .saw(let ids), .restates(let ids): supersedes + ids
    default: supersedes
    }
  }
}
