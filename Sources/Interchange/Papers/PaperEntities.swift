/// Reads the entity lists of a paper record, such as `LCN2 (lipocalin 2) [NCBI Gene 3934] {aka 24p3, NGAL}`.
struct PaperEntities {
  /// The terms in the order of the file, each CURIE once.
  private(set) var terms: [TermDraft] = []
  /// Entities that were not taken, and why.
  private(set) var leftOut: [String] = []
  private var positions: [String: Int] = [:]

  static let termLimit = 10_000
  static let synonymLimit = 200
  /// Words that say which rank a taxon has, and name nothing.
  private static let ranks: Set<String> = [
    "species", "genus", "family", "order", "class", "phylum", "kingdom", "strain", "subspecies", "serotype", "no rank",
  ]
  private static let types = [
    "genes": "gene", "proteins": "protein", "diseases": "disease", "chemicals": "chemical", "species": "species",
    "cell lines": "cell line", "mutations": "variant", "variants": "variant",
  ]

  /// Takes one item of a list: `**Genes:** entity, entity`.
  mutating func take(_ item: String, line: Int, section: String) {
    let plain = item.split(separator: "**", omittingEmptySubsequences: true).joined()
    guard let colon = plain.firstIndex(of: ":") else {
      leftOut.append("\(section), line \(line): no kind of entity is named: \"\(plain.prefix(60))\"")
      return
    }
    let group = plain[..<colon].trimmed()
    let key = group.lowercased()
    let type = Self.types[key] ?? (key.hasSuffix("s") ? String(key.dropLast()) : key)
    for entity in Self.split(plain[plain.index(after: colon)...]) {
      take(entity: entity, type: type, line: line, group: "\(section), \(group)")
    }
  }

  private mutating func take(entity: String, type: String, line: Int, group: String) {
    let parts = Self.parts(of: entity)
    let label = parts.label
    var curies: [String] = []
    var names: [String] = []
    for (bracket, text) in parts.groups {
      if bracket != "{", let curie = Self.curie(text) {
        curies.append(curie)
      } else if bracket == "{", text.lowercased().hasPrefix("aka ") {
        names += text.dropFirst(4).split(separator: ", ").compactMap { $0.collapsed().trimmedOrNil() }
      } else if bracket == "(" {
        let pieces = type == "species" ? text.split(separator: ",").map { $0.trimmed() } : [text.collapsed()]
        names += pieces.filter { !$0.isEmpty && !Self.ranks.contains($0.lowercased()) }
      } else {
        leftOut.append(
          "\(group), line \(line): of \"\(label.prefix(60))\" the part \"\(text.prefix(60))\" is not understood")
      }
    }
    if !parts.rest.isEmpty {
      leftOut.append(
        "\(group), line \(line): after \"\(label.prefix(60))\" the text \"\(parts.rest.prefix(60))\" is not understood")
    }
    guard !label.isEmpty, curies.count == 1 else {
      let reason = label.isEmpty ? "has no name" : curies.isEmpty ? "has no identifier" : "has several identifiers"
      leftOut.append("\(group), line \(line): \"\(entity.prefix(80))\" \(reason)")
      return
    }
    add(curie: curies[0], names: [label] + names, type: type, line: line)
  }

  private mutating func add(curie: String, names: [String], type: String, line: Int) {
    if positions[curie] == nil {
      guard terms.count < Self.termLimit else {
        if terms.count == Self.termLimit, leftOut.last?.hasPrefix("more than") != true {
          leftOut.append("more than \(Self.termLimit) entities, from line \(line) on")
        }
        return
      }
      positions[curie] = terms.count
      terms.append(TermDraft(place: Place(line: line), curie: curie, type: type))
    }
    guard let position = positions[curie] else { return }
    for name in names {
      guard terms[position].synonyms.count < Self.synonymLimit else {
        leftOut.append("line \(line): names of \(curie) beyond the first \(Self.synonymLimit)")
        return
      }
      terms[position].addName(name)
    }
  }

  /// The entities between commas (with a space after) that stand outside all brackets.
  private static func split(_ text: Substring) -> [String] {
    var items: [String] = []
    var item = ""
    var depth = 0
    var previousIsComma = false
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth = max(0, depth - 1) }
      if depth == 0, character == " ", previousIsComma {
        items.append(String(item.dropLast()))
        item = ""
      } else {
        item.append(character)
      }
      previousIsComma = character == ","
    }
    return (items + [item]).compactMap { $0.trimmedOrNil() }
  }

  /// The name before the first bracket that follows a space, the bracketed parts from there on, and what stands
  /// between.
  private static func parts(
    of entity: String
  ) -> (label: String, groups: [(bracket: Character, text: String)], rest: String) {
    var label = ""
    var rest = ""
    var groups: [(bracket: Character, text: String)] = []
    var depth = 0
    for character in entity {
      if depth == 0 {
        let opens = "([{".contains(character) && (label.last == " " || !groups.isEmpty)
        if opens {
          groups.append((character, ""))
          depth = 1
        } else if groups.isEmpty {
          label.append(character)
        } else {
          rest.append(character)
        }
        continue
      }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if depth > 0 { groups[groups.count - 1].text.append(character) }
    }
    return (label.collapsed(), groups.map { ($0.bracket, $0.text.trimmed()) }, rest.trimmed())
  }

  /// The CURIE that a bracket holds, or nil where it holds something else.
  private static func curie(_ text: String) -> String? {
    let lower = text.lowercased()
    for (words, prefix) in [("ncbi gene", "NCBIGene"), ("taxon", "NCBITaxon"), ("ncbi taxon", "NCBITaxon")] {
      guard lower.hasPrefix(words) else { continue }
      let id = text.dropFirst(words.count).drop { $0 == ":" || $0 == " " }
      if id.isDigits { return "\(prefix):\(id)" }
    }
    if text.hasPrefix("CVCL_"), text.utf8.count <= 20 { return "Cellosaurus:\(text)" }
    if lower.hasPrefix("rs"), text.dropFirst(2).isDigits { return "dbSNP:\(lower)" }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[0].first?.isLetter == true, text.utf8.count <= 128,
      parts[0].utf8.allSatisfy({ isLetterOrDigit($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }),
      parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ":") })
    else { return nil }
    return text
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
