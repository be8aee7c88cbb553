import AnnotationStore

/// Gathers the entries of a bibliography: checks that each can be identified, joins those that are the same paper, and
/// counts what was not taken.
struct SourceCollector {
  /// The most entries of a file: what a record takes is many times the shortest entry.
  static let entryLimit = 250_000
  /// The most lines on what was not taken.
  private static let lineLimit = 100_000
  /// The most entities of a source. No paper is about so many; comparing more of them with each other takes long.
  private static let entityLimit = 2000

  private var draft = ImportDraft()
  /// What each entry is called in messages, beside `draft.sources`.
  private var labels: [String] = []
  /// Where in `draft.sources` the entry with an identifier is.
  private var positions: [String: Int] = [:]
  private var ignored = IgnoredNames()
  private var untoldCount = 0

  /// Takes an entry, which messages call `label`.
  mutating func add(_ entry: SourceDraft, label: String) {
    var source = entry
    if source.doi == nil, let found = Self.doi(inURL: source.url) { source.doi = found }
    let keys = Self.keys(of: source)
    guard !keys.isEmpty else {
      report(source.place, "\(label) has no DOI, PMID, PMCID or URL, and a source needs one. Add it to the entry")
      return
    }
    let earlier = keys.compactMap { positions[$0] }.first
    if let same = earlier, !Self.contradict(draft.sources[same], source) {
      Self.fill(&draft.sources[same], from: source)
      let label = "\(label) (\(source.place))"
      let other = labels[same]
      leaveOut("\(label): the same paper as \(other); what that lacked was filled in from it")
      for key in Self.keys(of: draft.sources[same]) where positions[key] == nil { positions[key] = same }
    } else {
      for key in keys where positions[key] == nil { positions[key] = draft.sources.count }
      draft.sources.append(source)
      labels.append(label)
    }
  }

  /// Notes that an entry has a property which a source does not.
  mutating func ignore(_ property: String) { ignored.add(property) }

  /// Takes the entities among keywords that stand between commas or semicolons, and counts the others.
  mutating func takeEntities(fromList list: String, called name: String, into source: inout SourceDraft) {
    for word in list.split(whereSeparator: { $0 == "," || $0 == ";" }) {
      takeEntity(String(word), called: name, into: &source)
    }
  }

  /// Takes a keyword that is a CURIE as an entity, and counts another one.
  mutating func takeEntity(_ word: String, called name: String, into source: inout SourceDraft) {
    guard let word = word.trimmedOrNil() else { return }
    guard let curie = try? CURIE(parsing: word) else { return ignore(name) }
    guard source.entities.count < Self.entityLimit else { return ignore(name) }
    if !source.entities.contains(curie.text) { source.entities.append(curie.text) }
  }

  /// Notes something that was not taken, in words.
  mutating func leaveOut(_ line: @autoclosure () -> String) {
    if draft.leftOut.count < Self.lineLimit { draft.leftOut.append(line()) } else { untoldCount += 1 }
  }

  /// Notes a problem.
  mutating func report(_ place: Place, _ message: String) {
    draft.problems.append(ImportDraft.Problem(place: place, message: message))
  }

  /// All that was gathered; `word` is what the format calls a property.
  func finish(calling word: String) -> ImportDraft {
    var result = draft
    if untoldCount > 0 { result.leftOut.append("and \(untoldCount) more that are not told") }
    if let names = ignored.told { result.leftOut.append("\(word) that a source has no field for: \(names)") }
    return result
  }

  /// Identifiers as keys to compare by; a URL counts only where there is nothing better.
  private static func keys(of source: SourceDraft) -> [String] {
    var keys: [String] = []
    if let doi = source.doi { keys.append("doi " + bareDOI(doi)) }
    if let pmid = source.pmid { keys.append("pmid " + digits(pmid)) }
    if let pmcid = source.pmcid { keys.append("pmcid " + digits(pmcid)) }
    if keys.isEmpty, let url = source.url { keys.append("url " + url) }
    return keys
  }

  private static func bareDOI(_ text: String) -> String {
    let lower = text.lowercased()
    guard let start = lower.utf8.indices.first(where: { lower.utf8[$0...].starts(with: "10.".utf8) }) else {
      return lower
    }
    return String(lower[start...])
  }

  private static func digits(_ text: String) -> String {
    let digits = text.filter { $0.isASCII && $0.isNumber }
    return digits.isEmpty ? text : digits
  }

  private static func contradict(_ left: SourceDraft, _ right: SourceDraft) -> Bool {
    func differ(_ a: String?, _ b: String?, _ key: (String) -> String) -> Bool {
      guard let a, let b else { return false }
      return key(a) != key(b)
    }
    return differ(left.doi, right.doi, bareDOI) || differ(left.pmid, right.pmid, digits)
      || differ(left.pmcid, right.pmcid, digits)
  }

  private static func fill(_ source: inout SourceDraft, from other: SourceDraft) {
    source.doi = source.doi ?? other.doi
    source.pmid = source.pmid ?? other.pmid
    source.pmcid = source.pmcid ?? other.pmcid
    source.title = source.title ?? other.title
    source.container = source.container ?? other.container
    source.issued = source.issued ?? other.issued
    source.url = source.url ?? other.url
    source.isRetracted = source.isRetracted ?? other.isRetracted
    if source.authors.isEmpty { source.authors = other.authors }
    let room = max(0, entityLimit - source.entities.count)
    source.entities += other.entities.filter { !source.entities.contains($0) }.prefix(room)
  }

  /// The DOI that a resolver's URL names; nil for other URLs, and where it is percent-encoded.
  private static func doi(inURL url: String?) -> String? {
    guard let url, let scheme = url.range(ofText: "://"), !url.contains("%") else { return nil }
    let rest = url[scheme...]
    for host in ["doi.org/10.", "dx.doi.org/10.", "www.doi.org/10."] where rest.lowercased().hasPrefix(host) {
      return String(rest.dropFirst(host.count - 3).prefix { $0 != "?" && $0 != "#" })
    }
    return nil
  }
}

extension String {
  /// The index just after the first occurrence of a text, or nil.
  func range(ofText text: String) -> String.Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(text) { return self.index(index, offsetBy: text.count) }
      index = self.index(after: index)
    }
    return nil
  }
}
