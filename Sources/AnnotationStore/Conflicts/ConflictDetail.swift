import AnnotationModel
import Crypto

/// A row of the table `conflict`: that something is in conflict, and between how many.
public struct Conflict: Hashable, Sendable {
  /// The record; of a forked log the curator who began it.
  public let record: RecordID
  /// The kind of the record, by its wire name.
  public let kind: String
  /// The field; empty for the life of the record, and of a forked log the replica's key in hexadecimal digits.
  public let field: String
  /// What it is about.
  public let type: ConflictType
  /// How many live values, unseen edits, unseen records or branches there are.
  public let readings: Int
}

/// One of the values that are live in a conflict, or something else that stands against the others in it.
public struct FieldReading: Hashable, Sendable {
  /// What it says; `nil` for an explicit null, and where it is no value but a ``deed``. In a conflict about what was put on
  /// a record that record.
  public let content: FieldContent?
  /// What was done, where that is no value: in a conflict about a record's life, and of a forked log.
  public let deed: ConflictDeed?
  /// Whether the value was erased.
  public let isErased: Bool
  /// What its op does.
  public let action: Action
  /// The change that wrote it; not one that restated it.
  public let change: ChangeID
  /// The replica that made the change.
  public let replica: ReplicaID
  /// The curator who wrote it.
  public let curator: RecordID
  /// When, by the clock of the curator's laptop, in milliseconds since 1970 UTC.
  public let atMilliseconds: Int64
  /// When the latest write was made by which it stands there now, likewise: later than ``atMilliseconds`` where somebody
  /// took the value, or put it back by an undo.
  public let standsSinceMilliseconds: Int64
  /// Who else wrote or chose the same value, ascending.
  public let alsoBy: [RecordID]

  /// Whether a curator stands behind it.
  public func isBy(_ curator: RecordID) -> Bool { self.curator == curator || alsoBy.contains(curator) }
}

/// A conflict with all that is needed to decide it.
public struct ConflictDetail: Hashable, Sendable {
  /// The record; of a forked log the curator who began it.
  public let record: Record
  /// The field; empty for the life of the record.
  public let field: String
  /// What it is about.
  public let type: ConflictType
  /// What stood there before the values parted; `nil` where nothing did, or the type has none.
  public let base: FieldReading?
  /// What stands against each other, the value shown first; in the order in which `--take` numbers them, from 1. Of prose
  /// the texts as each side left them; what is shown is the merge.
  public let values: [FieldReading]
  /// Of prose what is shown: the sides merged.
  public var merge: ProseMerge?
  /// The changes that are live, ascending: what a decision supersedes.
  public let live: [ChangeID]

  /// SHA-256 over the live changes in hexadecimal digits, of which the first 16 are enough: it tells whether what is
  /// live is still what somebody was shown.
  public var digest: String { hexadecimal(SHA256.hash(data: live.flatMap(\.bytes))) }

  /// The time of the latest write that stands there: since when it is in conflict, as far as clocks tell.
  public var sinceMilliseconds: Int64 { values.map(\.standsSinceMilliseconds).max() ?? 0 }
}

/// A text in which what was written apart is merged, and somebody is asked to look.
public struct ProseMerge: Hashable, Sendable {
  /// The merged text.
  public let text: String
  /// The words in it that several changed, in the order of the text; the sides are indexes of ``ConflictDetail/values``.
  public let contentions: [ProseContention]
}

/// A log that has several changes in one place.
public struct ForkedLog: Hashable, Sendable {
  /// Whose log it is.
  public let replica: ReplicaID
  /// The curator who began it.
  public let owner: RecordID
  /// The first place that several changes have.
  public let sequence: UInt64
  /// The ends of the branches.
  public let tips: [LogTip]
  /// Whether it is a log of this very file.
  public let isOwn: Bool
  /// Whether it is a conflict: no change has all branches in its past.
  public let isOpen: Bool
}

/// Which conflicts are wanted.
public struct ConflictFilter: Hashable, Sendable {
  /// Only of this record, and of those that stand on it: a claim with its notes, assessments and evidence.
  public var on: RecordID?
  /// Only of exactly this record.
  public var record: RecordID?
  /// Only in this field; empty for the life of records.
  public var field: String?
  /// Only where this curator wrote one of the values.
  public var curator: RecordID?
  /// Only of these types.
  public var types: Set<ConflictType>?
  /// Only those that have been open since this time or longer, in milliseconds since 1970 UTC.
  public var untilMilliseconds: Int64?
  /// Only those that have been open since this time or shorter, likewise.
  public var sinceMilliseconds: Int64?
  /// Only those after this one in the order by record, field and type; where a page goes on.
  public var after: Position?
  /// The most to find.
  public var limit: Int?

  /// A place in the order of conflicts.
  public struct Position: Hashable, Sendable {
    /// The record.
    public var record: RecordID
    /// The field.
    public var field: String
    /// What it is about.
    public var type: ConflictType

    /// Names the place of a conflict.
    public init(record: RecordID, field: String, type: ConflictType) {
      self.record = record
      self.field = field
      self.type = type
    }
  }

  /// Makes a filter that finds all.
  public init() {}
}
