import AnnotationStore

/// Which cell of a row holds what, read from a table's first row.
struct TableHeader {
  /// The columns that are not qualifiers, of all shapes.
  enum Field: String {
    case statement, source, quote, prefix, suffix, via, subject, predicate, object, negated, status, entities, tags,
      note
    case target, body, motivation
    case curie, label, type, synonyms
  }

  let shape: TableShape
  /// The names as the file has them, trimmed.
  let names: [String]
  private(set) var fields: [Field: Int] = [:]
  private(set) var qualifiers: [(role: String, index: Int)] = []

  init(cells: [String], line: Int) throws(InterchangeError) {
    names = cells.map { $0.trimmed() }
    let keys = names.map { $0.lowercased() }
    shape = Self.shape(of: keys)
    var seen: Set<String> = []
    for (index, key) in keys.enumerated() {
      guard !key.isEmpty else {
        throw .badColumnName(
          number: index + 1, line: line, reason: "the column has no name. Name it, or delete it from every row")
      }
      try add(key: key, index: index, line: line)
      guard seen.insert(Self.qualifierRole(key) ?? key).inserted else {
        throw .duplicateColumn(name: names[index], line: line)
      }
    }
    for column in shape.columns where column.isRequired && !keys.contains(column.name) {
      throw .missingColumn(name: column.name, line: line, found: names)
    }
  }

  private mutating func add(key: String, index: Int, line: Int) throws(InterchangeError) {
    if shape == .claims, let role = Self.qualifierRole(key) {
      let isName =
        role.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } == true && role.utf8.count <= 64
        && role.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F }
      guard isName else {
        let reason =
          "\"\(names[index])\" names no qualifier role. A role is letters, digits, - and _, as in qualifier:stage"
        throw .badColumnName(number: index + 1, line: line, reason: reason)
      }
      qualifiers.append((role, index))
    } else if let field = Field(rawValue: key), shape.columns.contains(where: { $0.name == key }) {
      fields[field] = index
    } else {
      guard shape != .claims || names.contains(where: { $0.lowercased() == "statement" }) || Self.known(in: names) > 0
      else { throw .missingColumn(name: "statement", line: line, found: names) }
      let meant = nearest(to: key, among: shape.columns.map(\.name))
      throw .unknownColumn(name: names[index], line: line, nearest: meant, shape: shape)
    }
  }

  private static func shape(of keys: [String]) -> TableShape {
    if keys.contains("statement") { return .claims }
    if keys.contains("target") && keys.contains("body") { return .annotations }
    if keys.contains("curie") && keys.contains("label") { return .terms }
    return .claims
  }

  /// The role that a column of this (lower-case) name qualifies, or nil where it is no qualifier.
  private static func qualifierRole(_ key: String) -> String? {
    if key.hasPrefix("qualifier:") { return key.dropFirst("qualifier:".count).trimmed() }
    return TableShape.qualifierRoles.contains(key) ? key : nil
  }

  /// How many of some names are documented columns.
  private static func known(in names: [String]) -> Int {
    let documented = Set(TableShape.allCases.flatMap { $0.columns.map(\.name) })
    return names.count { name in
      let key = name.trimmed().lowercased()
      return documented.contains(key) || key.hasPrefix("qualifier:")
    }
  }

  /// The separator by which a first line reads as the most documented columns, and their number; nil where the format's
  /// own separator is as good as any.
  static func bestSeparator(
    forLine line: String, preferring format: Format
  ) -> (separator: TableReader.Separator, known: Int)? {
    let order: [TableReader.Separator] = format == .csv ? [.comma, .semicolon, .tab] : [.tab, .comma, .semicolon]
    var best: (separator: TableReader.Separator, known: Int)?
    for separator in order {
      let cells = line.utf8.split(separator: separator.rawValue, omittingEmptySubsequences: false).prefix(1024)
      let names = cells.map { cell in
        let name = String(decoding: cell, as: UTF8.self).trimmed()
        return name.count >= 2 && name.first == "\"" && name.last == "\"" ? String(name.dropFirst().dropLast()) : name
      }
      let known = known(in: names)
      if known > (best?.known ?? 0) { best = (separator, known) }
    }
    return best
  }
}
