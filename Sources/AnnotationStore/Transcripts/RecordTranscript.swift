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
    /// The edits of a text.
    case edits(Edits)
    /// The entries whose values an op says again.
    case restated([Int])
    /// What a delete had seen: entries, and the records that stood on this one.
    case seen(entries: [Int], records: [RecordID])
  }

  /// The edits of a text, in Unicode scalars.
  package struct Edits: Hashable, Sendable {
    /// What they replace.
    package var splices: [Splice]
    /// What they insert, one after the other.
    package var inserted: String
    /// Whether they were typed one by one, each in the text after the one before.
    package var areTyped: Bool
    /// The text that they were made in, where that is not simply what the entry before says: where several were merged,
    /// their order in one place may be another one elsewhere.
    package var text: String?

    /// Makes them.
    package init(splices: [Splice], inserted: String, areTyped: Bool, text: String? = nil) {
      self.splices = splices
      self.inserted = inserted
      self.areTyped = areTyped
      self.text = text
    }
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

    /// The entries that it says again.
    package var restated: [Int] { if case .restated(let places) = content { places } else { [] } }
    /// The entries of its cell that it names.
    package var named: [Int] { over + restated }

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
  /// life; each after those that it names. What ranks higher comes later, of edits of a text what is merged later.
  package var entries: [Entry] = []
  /// Whether something could not be told: what a newer version wrote, or an op that does not fit its field.
  package var isIncomplete = false

  /// An empty one.
  package init() {}

  /// One of a record that was made, and not written to since.
  package init(create fields: [String: FieldContent], curator: RecordID, atMilliseconds: Int64) {
    entries = [Entry(action: .create, curator: curator, atMilliseconds: atMilliseconds)]
    entries[0].content = .fields(fields)
  }

  /// Why it is too long to be told, or to be believed; `nil` where it is not. Reading it costs the product of what is
  /// bounded here; no record that people write comes near.
  package var excess: String? {
    let creates = entries.count { $0.action == .create }
    if entries.count > 100_000 { return "more than 100,000 writes" }
    if creates > 1_000 || creates * entries.count > 1_000_000 { return "more than 1,000 creates" }
    var live: [[String]: Set<Int>] = [:]
    for (place, entry) in entries.enumerated() where entry.action != .create {
      let cell = [entry.field, entry.element ?? ""]
      live[cell, default: []].subtract(entry.over)
      live[cell]?.insert(place)
      if live[cell]?.count ?? 0 > 500 { return "more than 500 writes beside each other in one place" }
    }
    return nil
  }

  /// Whether an action is one on fields of this type.
  package static func can(_ action: Action, _ field: Field) -> Bool {
    switch action {
    case .add, .remove: field.isSet
    case .splice: field.isProse
    case .set, .restate: !field.isSet
    default: false
    }
  }

  /// The records that it names: the curators who wrote, and those that values name.
  package var references: [RecordID] {
    entries.flatMap { entry in
      switch entry.content {
      case .fields(let fields): [entry.curator] + fields.values.compactMap(\.record)
      case .value(let content): [entry.curator] + [content?.record].compactMap { $0 }
      case .seen(_, let records): [entry.curator] + records
      default: [entry.curator]
      }
    }
  }
}

extension FieldContent {
  /// The record that it names.
  fileprivate var record: RecordID? { if case .record(let id) = self { id } else { nil } }
}
