import AnnotationModel
import GRDB

extension ReadTransaction {
  /// The curator that a person means: by id, ORCID, whole name, or some words of the name that only one has.
  ///
  /// Letter case is ignored where the name as typed is nobody's.
  ///
  /// - Throws: ``StoreError/noneNamed(_:_:nearest:)`` with the nearest name, or
  ///   ``StoreError/severalNamed(_:_:candidates:)``.
  public func curator(named text: String) throws -> Record {
    if let found = try recordWithLetter(text, .curator) { return found }
    if let orcid = try? ORCID(parsing: text) {
      return try only(text, .curator, "id = ? OR orcid = ?", [DerivedID.curator(orcid).description, orcid.text])
        ?? { throw StoreError.noneNamed(.curator, text, nearest: nil) }()
    }
    if let found = try recordByName(text, .curator, column: "name") { return found }
    return try recordByDigits(text, .curator)
      ?? { throw StoreError.noneNamed(.curator, text, nearest: try nearestName(to: text, .curator, column: "name")) }()
  }

  /// The curators of this name but one, deleted ones left out, whatever the case of its letters; 8 at most.
  package func namesakes(of curator: Record) throws -> [Record] {
    try records(
      .curator, "deleted = 0 AND name = ? COLLATE NOCASE AND id <> ? ORDER BY ref LIMIT 8",
      [curator.text("name"), curator.id.description])
  }

  /// The source that a person means: by id, DOI, PMID, PMCID, web address, whole title, or some words of the title,
  /// authors and year that only one has, as in `Wang 2025`.
  ///
  /// A deleted one is found by its id, and by its identifier where that means nothing else.
  ///
  /// - Throws: ``StoreError/noneNamed(_:_:nearest:)`` with the nearest title, or
  ///   ``StoreError/severalNamed(_:_:candidates:)``.
  public func source(named text: String) throws -> Record {
    if let found = try recordWithLetter(text, .source) { return found }
    if let found = try sourceByIdentifier(text, isDeleted: false) { return found }
    if let found = try recordByName(text, .source, column: "title") { return found }
    return try recordByDigits(text, .source) ?? sourceByIdentifier(text, isDeleted: true)
      ?? { throw StoreError.noneNamed(.source, text, nearest: try nearestName(to: text, .source, column: "title")) }()
  }

  private func sourceByIdentifier(_ text: String, isDeleted: Bool) throws -> Record? {
    for identifier in DerivedID.SourceIdentifier.readings(of: text) {
      let found = try several(
        .source, "id = ? OR \"\(identifier.field)\" = ?",
        [DerivedID.source(identifier).description, identifier.text], isDeleted: isDeleted)
      if found.count > 1 { throw try severalCarry(text, found) }
      if let only = found.first { return only }
    }
    return nil
  }

  private func severalCarry(_ text: String, _ found: [Record]) throws -> StoreError {
    let (one, other) = (found[0].id, found[1].id)
    let links = [(one, other), (other, one)].map { DerivedID.link(type: Vocabulary.sameAs, from: $0, to: $1) }
    let isLinked = try links.contains { try life(of: $0)?.isDeleted == false }
    return .severalCarry(
      text, candidates: try candidates(found, .source),
      ids: isLinked ? [] : try found.prefix(2).map { try shortID($0.id, .source) })
  }

  /// The CURIE that a person means: one as it stands, or the label or a synonym of a term, letter case ignored.
  ///
  /// - Throws: `IdentifierError` where it looks like a CURIE and is none; ``StoreError/noneNamed(_:_:nearest:)`` or
  ///   ``StoreError/severalNamed(_:_:candidates:)`` where it is a label of none or several.
  public func curie(named text: String) throws -> String {
    let named = try db.all(
      String.self,
      """
      SELECT curie FROM term WHERE deleted = 0 AND (label = :name COLLATE NOCASE
        OR id IN (SELECT record FROM synonym WHERE synonym = :name COLLATE NOCASE)) AND curie IS NOT NULL
      ORDER BY curie LIMIT 8
      """, text)
    if named.count > 1 { throw StoreError.severalNamed(.term, text, candidates: named) }
    if let only = named.first { return only }
    if text.utf8.contains(UInt8(ascii: ":")) { return try CURIE(parsing: text).text }
    throw StoreError.noneNamed(.term, text, nearest: try nearestName(to: text, .term, column: "label"))
  }

  /// A whole UUID, or a short id that says its kind: nothing else can be meant.
  private func recordWithLetter(_ text: String, _ kind: Kind) throws -> Record? {
    let hasLetter = text.utf8.count > 2 && text.utf8.dropFirst().first == UInt8(ascii: ":")
    let isShortID = hasLetter && text.utf8.dropFirst(2).allSatisfy { Self.isHexadecimalOrHyphen($0) }
    guard isShortID || RecordID(uuid: text) != nil else { return nil }
    return try record(named: text, of: [kind])
  }

  /// Bare digits are tried last: a name, a PMID or a title may look like them.
  private func recordByDigits(_ text: String, _ kind: Kind) throws -> Record? {
    guard text.utf8.count >= 6, text.utf8.allSatisfy({ Self.isHexadecimalOrHyphen($0) }) else { return nil }
    do { return try record(named: text, of: [kind]) } catch StoreError.noRecord { return nil } catch StoreError.notAnID
    {
      return nil
    }
  }

  private static func isHexadecimalOrHyphen(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func recordByName(_ text: String, _ kind: Kind, column: String) throws -> Record? {
    if let found = try only(text, kind, "\(column) = ?", [text]) { return found }
    if let found = try only(text, kind, "\(column) = ? COLLATE NOCASE", [text]) { return found }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty, words.count <= 16 else { return nil }
    // Of a source also the authors, a JSON array, and the year.
    let texts =
      kind == .source
      ? "coalesce(title, '') || ' ' || replace(coalesce(authors, ''), '\"', ' ') || ' ' || coalesce(issued, '')"
      : column
    // instr() and not LIKE, in which some characters would be wildcards.
    let condition = words.map { _ in "instr(' ' || lower(\(texts)), ' ' || lower(?)) > 0" }.joined(separator: " AND ")
    return try only(text, kind, condition, words)
  }

  private func only(_ text: String, _ kind: Kind, _ condition: String, _ arguments: [String]) throws -> Record? {
    let found = try several(kind, condition, arguments, isDeleted: false)
    guard found.count > 1 else { return found.first }
    throw StoreError.severalNamed(kind, text, candidates: try candidates(found, kind))
  }

  private func several(
    _ kind: Kind, _ condition: String, _ arguments: [String], isDeleted: Bool
  ) throws -> [Record] {
    try records(kind, "deleted = \(isDeleted ? 1 : 0) AND (\(condition)) ORDER BY ref LIMIT 8", arguments)
  }

  private func candidates(_ found: [Record], _ kind: Kind) throws -> [String] {
    try found.map { candidate in
      let name = candidate.text(kind == .curator ? "name" : "title").map { IdentifierError.quoted($0) + " " } ?? ""
      return name + (try shortID(candidate.id, kind))
    }
  }

  private func nearestName(to text: String, _ kind: Kind, column: String) throws -> String? {
    let names = try db.all(
      String.self,
      "SELECT \(column) FROM \(kind.rawValue) WHERE deleted = 0 AND \(column) IS NOT NULL ORDER BY ref LIMIT 1000")
    if let whole = nearest(to: text, among: names) { return whole }
    let owners = names.flatMap { name in name.split(separator: " ").map { (word: String($0), name: name) } }
    guard let word = nearest(to: text, among: owners.map(\.word)) else { return nil }
    return owners.first { $0.word.isSameBytes(as: word) }?.name
  }
}

extension DerivedID.SourceIdentifier {
  /// The identifiers that a text may be.
  static func readings(of text: String) -> [Self] {
    let readings: [Self?] = [
      (try? DOI(parsing: text)).map { .doi($0) }, (try? PMCID(parsing: text)).map { .pmcid($0) },
      (try? PMID(parsing: text)).map { .pmid($0) }, (try? WebAddress(parsing: text)).map { .url($0) },
    ]
    return readings.compactMap { $0 }
  }
}
