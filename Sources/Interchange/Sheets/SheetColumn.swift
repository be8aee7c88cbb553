import AnnotationStore

/// A column of an exported sheet; Schema/sheets.md.
enum SheetColumn: Hashable {
  /// The record's UUID; empty in the row of a new one.
  case id
  /// The version of the record that was exported; ``Fingerprint``.
  case fingerprint
  /// A register, prose or set, by its wire name.
  case field(String)
  /// A part of the selector: `quote`, `prefix` or `suffix`.
  case quote(String)
  /// Something to read that is not taken from the sheet: the label of a CURIE, a curator.
  case reading(String)

  /// Its name in the header; what is only to be read stands in parentheses.
  var name: String {
    switch self {
    case .id: "id"
    case .fingerprint: "fingerprint"
    case .field(let name), .quote(let name): name
    case .reading(let what): "(\(what))"
    }
  }

  /// Whether changes to it are taken.
  var isEditable: Bool {
    switch self {
    case .field, .quote: true
    case .id, .fingerprint, .reading: false
    }
  }
}

/// The columns of the sheets of one kind of record.
struct SheetLayout {
  let kind: Kind
  let columns: [SheetColumn]

  /// The kinds that there are sheets of.
  static let kinds: [Kind] = [.claim, .assessment]

  /// `nil` where there are no sheets of the kind.
  init?(_ kind: Kind) {
    self.kind = kind
    switch kind {
    case .claim:
      columns = [
        .id, .fingerprint, .field("statement"), .field("status"), .field("subject"), .reading("subject label"),
        .field("predicate"), .reading("predicate label"), .field("object"), .reading("object label"),
        .field("negated"), .field("qualifiers"), .field("entities"), .reading("entity labels"), .field("tags"),
        .field("source"), .reading("citation"), .quote("quote"), .quote("prefix"), .quote("suffix"), .field("via"),
        .reading("curator"), .reading("created"),
      ]
    case .assessment:
      columns = [
        .id, .fingerprint, .field("claim"), .reading("claim statement"), .field("stance"), .field("body"),
        .reading("curator"), .reading("created"),
      ]
    default: return nil
    }
  }

  /// The column of a name in a header, in any letter case.
  func column(named name: String) -> SheetColumn? {
    let key = name.lowercased()
    return columns.first { $0.name == key }
  }

  /// The words that a column's cells are chosen from, where there is such a list.
  func words(of column: SheetColumn) -> [String]? {
    guard case .field(let name) = column, case .register(let type)? = kind.field(named: name)?.type else { return nil }
    switch type {
    case .choice(let words): return words
    case .flag: return ["true", "false"]
    default: return nil
    }
  }
}
