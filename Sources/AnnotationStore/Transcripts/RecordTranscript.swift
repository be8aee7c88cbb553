import AnnotationModel

/// Everything that was written to a record, told without the ids of changes: enough to write it anew elsewhere, with
/// everybody's part in it, its conflicts, its decisions and its past.
///
/// An entry is an op. It names earlier ones by their places in the list, so that it reads the same in every replica, and
/// again where the record was written anew from it. Schema/records.schema.json has it as `history`.
package struct RecordTranscript: Hashable, Sendable {
  /// What an op says.
  package enum Content: Hashable, Sendable {
    /// Nothing but its action: an element was added or removed, the record restored.
    case nothing
    /// The fields that a create gives, by wire name.
    case fields([String: FieldContent])
    /// The value that a register was given; `nil` for an explicit null.
    case value(FieldContent?)
    /// The edits of a text, in Unicode scalars of the versions that they supersede, merged.
    case edits([Splice], inserted: String, areTyped: Bool)
    /// The entries whose values an op says again.
    case restated([Int])
    /// What a delete had seen: entries, and the records that stood on this one.
    case seen(entries: [Int], records: [RecordID])
  }

  /// An op.
  package struct Entry: Hashable, Sendable {
    /// What it does.
    package var action: Action
    /// The field; empty for the life of the record.
    package var field: String
    /// The element, of a set.
    package var element: String?
    /// The entries that it supersedes, ascending.
    package var over: [Int] = []
    /// What it says.
    package var content = Content.nothing
    /// Why, where whoever wrote it said so.
    package var reason: String?
    /// The curator who wrote it.
    package var curator: RecordID
    /// When, by the clock of their laptop, in milliseconds since 1970 UTC.
    package var atMilliseconds: Int64

    /// Makes an entry that supersedes and says nothing.
    package init(
      action: Action, field: String = "", element: String? = nil, curator: RecordID, atMilliseconds: Int64
    ) {
      self.action = action
      self.field = field
      self.element = element
      self.curator = curator
      self.atMilliseconds = atMilliseconds
    }
  }

  /// The creates, then the ops of each field in the order of the model and of each element, and those of the record's
  /// life; each after those that it names, and what ranks higher later.
  package var entries: [Entry] = []
  /// Whether something could not be told: what a newer version wrote, or an op that does not fit its field.
  package var isIncomplete = false

  /// An empty one.
  package init() {}

  /// The records that it names: the curators who wrote, and those that values name.
  package var references: [RecordID] {
    entries.flatMap { entry in
      switch entry.content {
      case .fields(let fields): [entry.curator] + fields.values.compactMap(\.record)
      case .value(let content): [entry.curator] + [content?.record].compactMap { $0 }
      default: [entry.curator]
      }
    }
  }
}

extension FieldContent {
  /// The record that it names.
  fileprivate var record: RecordID? { if case .record(let id) = self { id } else { nil } }
}
