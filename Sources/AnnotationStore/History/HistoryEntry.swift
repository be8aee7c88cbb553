import AnnotationModel
import ProseCRDT

/// What an op says of one field.
public struct HistoryValue: Hashable, Sendable {
  /// The field's wire name.
  public let field: String
  /// What it says; `nil` for an explicit null.
  public let content: FieldContent?
  /// Whether the value was erased.
  public let isErased: Bool
}

/// One op of the log, as it is told to people.
public struct HistoryEntry: Hashable, Sendable {
  /// The change that it is part of.
  public let change: ChangeID
  /// The order in which this store applied the change.
  public let arrival: Int64
  /// The change's place in its replica's log.
  public let sequence: UInt64
  /// The replica that made the change.
  public let replica: ReplicaID
  /// The curator who wrote it.
  public let curator: RecordID
  /// When, by the clock of the curator's laptop, in milliseconds since 1970 UTC.
  public let atMilliseconds: Int64
  /// The record written to.
  public let record: RecordID
  /// The record's kind, by its wire name.
  public let kind: String
  /// The field; empty for the life of the record.
  public let field: String
  /// The element, where the field is a set.
  public let element: String?
  /// What was done.
  public let action: Action
  /// What the fields say after it: of a create each that it gives, of anything else one.
  public let values: [HistoryValue]
  /// Of an edit of prose: its splices.
  public let splices: [TextSplice]
  /// Whether those were typed one by one, each into the text after the one before.
  public let areTyped: Bool
  /// Whether it decided a conflict.
  public let isDecision: Bool
  /// Of a decision between values: those that it decided against.
  public let overruled: [HistoryValue]
  /// Why it was written, where somebody said so; of an erased reason what stands for it.
  public let reason: String?
}

/// One change of the log, as it is told to people.
public struct ChangeSummary: Hashable, Sendable {
  /// The change's id.
  public let id: ChangeID
  /// The order in which this store applied it.
  public let arrival: Int64
  /// Its place in its replica's log.
  public let sequence: UInt64
  /// The replica that made it.
  public let replica: ReplicaID
  /// The curator who wrote it.
  public let curator: RecordID
  /// When, by the clock of the curator's laptop, in milliseconds since 1970 UTC.
  public let atMilliseconds: Int64
  /// Whether it ends a commit, and so is signed itself.
  public let isSealed: Bool
  /// How many ops it has.
  public let opCount: Int
  /// What it did: at most ``entryLimit`` of its ops.
  public let entries: [HistoryEntry]

  /// How many entries are listed of one change.
  public static let entryLimit = 50
}

/// Who wrote what a field shows.
public struct BlameEntry: Hashable, Sendable {
  /// The field's wire name.
  public let field: String
  /// The element, where the field is a set.
  public let element: String?
  /// What it shows; `nil` for an explicit null.
  public let content: FieldContent?
  /// The change that wrote the value; not one that restated it.
  public let change: ChangeID
  /// The replica that made the change.
  public let replica: ReplicaID
  /// The curator who wrote it.
  public let curator: RecordID
  /// When, by the clock of the curator's laptop, in milliseconds since 1970 UTC.
  public let atMilliseconds: Int64
  /// Whether other values are live beside it.
  public let isConflict: Bool
  /// How it was decided that the field shows this, where somebody did.
  public let decision: HistoryEntry?
  /// Of a text that was edited: its words, each with the change that wrote it last.
  public let words: [BlameWords]
}

/// Words of a text that one change wrote.
public struct BlameWords: Hashable, Sendable {
  /// The words, with what stands between and after them.
  public let text: String
  /// The change that wrote them; not one that brought them back.
  public let change: ChangeID
  /// The replica that made the change.
  public let replica: ReplicaID
  /// The curator who wrote them.
  public let curator: RecordID
  /// When, by the clock of the curator's laptop, in milliseconds since 1970 UTC.
  public let atMilliseconds: Int64
}
