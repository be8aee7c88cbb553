import AnnotationModel
import Foundation
import GRDB

/// How a text that is looked for narrows the records of a kind, in SQL about the table `r`.
struct TextCondition {
  private(set) var join = ""
  private(set) var conditions: [String] = []
  private(set) var arguments = StatementArguments()
  /// Orders what is found, the lowest first.
  private(set) var rank = "0"

  /// No condition.
  init() {}

  /// That all words occur.
  init(words: String, _ kind: Kind) {
    if let query = SearchWords.query(words) {
      join = " JOIN text_index ON text_index.rowid = r.ref"
      conditions.append("text_index MATCH ?")
      arguments += [query]
      rank = "text_index.rank"
    }
    for word in SearchWords.unspaced(words) {
      conditions.append("instr(lower(\(Self.texts(kind))), lower(?)) > 0")
      arguments += [word]
    }
  }

  /// That a record is what is meant, or carries it; `nil` where none of the kind can.
  ///
  /// - Parameters:
  ///   - carries: that a record carries a CURIE, with a parameter wherever that stands.
  ///   - others: what is found already.
  init?(naming meaning: SearchMeaning, _ kind: Kind, _ carries: String?, except others: TextCondition) {
    var ways: [String] = []
    for identifier in meaning.sources where kind == .source {
      ways.append("r.\"\(identifier.field)\" = ?")
      arguments += [identifier.text]
    }
    if kind == .curator, let orcid = meaning.orcid {
      ways.append("r.orcid = ?")
      arguments += [orcid]
    }
    // What is named comes before all that words find, and that before what carries it.
    rank = kind == .term || !ways.isEmpty ? "-1000" : "0"
    for curie in meaning.curies {
      guard let carries else { break }
      ways.append(carries)
      arguments += StatementArguments([String](repeating: curie, count: carries.count { $0 == "?" }))
    }
    if ways.isEmpty { return nil }
    conditions = [
      "(\(ways.joined(separator: " OR ")))",
      """
      r.ref NOT IN (SELECT r.ref FROM \(kind.rawValue) r\(others.join)
      WHERE \(others.conditions.joined(separator: " AND ")))
      """,
    ]
    arguments += others.arguments
  }

  /// All that the full-text index has of a record.
  private static func texts(_ kind: Kind) -> String {
    let texts = TypedTable.of(kind).columns.filter(FieldColumn.isSearchable).map { field in
      let column = "r.\"\(field.name)\""
      guard case .register(.selector) = field.type else { return "coalesce(\(column), '')" }
      return "coalesce(CASE WHEN json_valid(\(column)) THEN json_extract(\(column), '$.exact') END, '')"
    }
    // A link has none.
    return texts.isEmpty ? "''" : texts.joined(separator: " || char(10) || ")
  }
}

/// What a text that is searched for names as a whole.
///
/// It is looked up in the typed tables: in the full-text index, which every write keeps up, identifiers would take room
/// beside the columns that have them.
struct SearchMeaning {
  let sources: [DerivedID.SourceIdentifier]
  let orcid: String?
  let curies: [String]
}

extension ReadTransaction {
  /// What the name of a filter means; `nil` where it has none, or none that is known.
  func meaning(of filter: RecordFilter) throws -> SearchMeaning? {
    let around = CharacterSet.whitespacesAndNewlines.union(["\""])
    guard filter.words != nil, let text = filter.name?.trimmingCharacters(in: around), !text.isEmpty else { return nil }
    var curies = try db.all(
      String.self,
      """
      SELECT curie FROM term WHERE deleted = 0 AND curie IS NOT NULL AND (label = :name COLLATE NOCASE
        OR id IN (SELECT record FROM synonym WHERE synonym = :name COLLATE NOCASE)) ORDER BY curie LIMIT 8
      """, text)
    if let curie = try? CURIE(parsing: text).text, !curies.contains(curie) { curies.append(curie) }
    let meaning = SearchMeaning(
      sources: DerivedID.SourceIdentifier.readings(of: text), orcid: (try? ORCID(parsing: text))?.text, curies: curies)
    return meaning.sources.isEmpty && meaning.orcid == nil && curies.isEmpty ? nil : meaning
  }
}

/// What people type to search, as an FTS5 query that cannot be malformed (SQLite FTS5 §3).
enum SearchWords {
  /// The query; `nil` where the index is not to be asked, since all has to be looked for in the texts. Phrases side by
  /// side, not joined by AND: one without letters or digits is passed over then.
  static func query(_ words: String) -> String? {
    let all = terms(words)
    let phrases = all.filter { !isUnspaced($0.text) }
      .map { "\"\($0.text.replacing("\"", with: "\"\""))\"" + ($0.isPrefix ? "*" : "") }
    if phrases.isEmpty { return all.isEmpty ? "\"\"" : nil }
    return phrases.joined(separator: " ")
  }

  /// The words in scripts without spaces. The index has all letters between two marks as one word, so that it cannot
  /// tell what stands inside.
  static func unspaced(_ words: String) -> [String] { terms(words).map(\.text).filter(isUnspaced) }

  /// Whether a word is in a script that is written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
  static func isUnspaced(_ word: String) -> Bool {
    word.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x3FFFD:
        true
      default: false
      }
    }
  }

  /// The words and phrases that are looked for.
  static func terms(_ words: String) -> [(text: String, isPrefix: Bool)] {
    var terms: [(text: String, isPrefix: Bool)] = []
    var current = ""
    var isQuoted = false
    func finish() {
      let isPrefix = !isQuoted && current.hasSuffix("*")
      let word = isPrefix ? String(current.dropLast()) : current
      if !word.isEmpty { terms.append((word, isPrefix)) }
      current = ""
    }
    for character in words {
      if character == "\"" {
        finish()
        isQuoted.toggle()
      } else if character.isWhitespace, !isQuoted {
        finish()
      } else if character != "\0" {
        current.append(character)
      }
    }
    finish()
    return terms
  }
}
