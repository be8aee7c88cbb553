import AnnotationModel

/// What was written to a record after it was created and still stands in it: enough to write the record anew elsewhere,
/// with everybody's part in it, its conflicts and its decisions, and without its history.
package struct RecordWrites: Hashable, Sendable {
  /// A value under whoever wrote it.
  package struct Authored: Hashable, Sendable {
    /// What it says; `nil` for an explicit null.
    package var content: FieldContent?
    /// The curator who wrote it.
    package var curator: RecordID
    /// When, by the clock of their laptop, in milliseconds since 1970 UTC.
    package var atMilliseconds: Int64

    /// Makes it.
    package init(content: FieldContent?, curator: RecordID, atMilliseconds: Int64) {
      self.content = content
      self.curator = curator
      self.atMilliseconds = atMilliseconds
    }
  }

  /// How it was decided that a field says something.
  package struct Ruling: Hashable, Sendable {
    /// Who decided, and when; the content is not used.
    package var by: Authored
    /// Why, where they said so.
    package var reason: String?
    /// What stood against it; of prose all sides.
    package var over: [Authored]

    /// Makes it.
    package init(by: Authored, reason: String?, over: [Authored]) {
      self.by = by
      self.reason = reason
      self.over = over
    }
  }

  /// A value that is live.
  package struct Live: Hashable, Sendable {
    /// The value.
    package var value: Authored
    /// How it was decided, where it was; several where some decided alike apart. The earliest first.
    package var rulings: [Ruling]
    /// Whether a delete of the record had not seen it.
    package var isUnseen = false

    /// Makes it.
    package init(value: Authored, rulings: [Ruling] = [], isUnseen: Bool = false) {
      self.value = value
      self.rulings = rulings
      self.isUnseen = isUnseen
    }
  }

  /// A register or a text that was written to, or an element of a set that was added or removed.
  package struct Cell: Hashable, Sendable {
    /// The field.
    package var field: String
    /// The element, of a set.
    package var element: String?
    /// Whether the element is there; `true` where the field is no set.
    package var isPresent = true
    /// What stood there before the values parted, where they did.
    package var base: Authored?
    /// The values that are live, the one shown first: several where they are in conflict.
    package var live: [Live]

    /// Makes it.
    package init(field: String, element: String? = nil, base: Authored? = nil, live: [Live]) {
      self.field = field
      self.element = element
      self.base = base
      self.live = live
    }
  }

  /// The delete of a record that is deleted.
  package struct Deletion: Hashable, Sendable {
    /// Who deleted it, and when; the content is not used.
    package var by: Authored
    /// Why, where they said so.
    package var reason: String?
    /// The records on it which it had not seen.
    package var unseen: [RecordID]

    /// Makes it.
    package init(by: Authored, reason: String?, unseen: [RecordID]) {
      self.by = by
      self.reason = reason
      self.unseen = unseen
    }
  }

  /// The cells, by field in the order of the model, and by element.
  package var cells: [Cell] = []
  /// The delete, where the record is deleted.
  package var deletion: Deletion?
  /// Whether the record lives, and somebody deleted it apart: which cannot be written anew.
  package var isLifeInConflict = false

  /// Nothing was written.
  package init() {}

  /// Whether nothing was written since the create.
  package var isEmpty: Bool { cells.isEmpty && deletion == nil }
}
