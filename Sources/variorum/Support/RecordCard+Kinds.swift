import AnnotationStore

extension RecordCard {
  func claim(_ record: Record) throws {
    text(record, "statement")
    try sourceField("Source", record.reference("source"))
    field("Via", ["via"], record.text("via").map { "\($0) (a paraphrase, not a quote)" })
    quote(record)
    let relation = try ["subject", "predicate", "object"].map { try record.text($0).map(names.labelled) ?? "?" }
    if relation != ["?", "?", "?"] || record.flag("negated") == true {
      let negation = record.flag("negated") == true ? console.style("NOT ", .red) : ""
      field(
        "Says", ["subject", "predicate", "object", "negated"],
        "\(relation[0]) — \(negation)\(relation[1]) — \(relation[2])")
    }
    card.field("Qualifiers", lines: try record.elements("qualifiers").map(qualifier))
    card.field("Entities", try record.elements("entities").map(names.labelled).joined(separator: ", "))
    card.field("Tags", record.elements("tags").joined(separator: ", "))
  }

  /// The text that a record is about, before all else.
  private func text(_ record: Record, _ name: String) {
    card.text(record.text(name) ?? "")
    if flagged.contains(name) {
      card.line(console.style("! merged: several changed the same words, all readings below", .yellow))
    }
    card.blank()
  }

  private func quote(_ record: Record) {
    if let selector = record.selector { card.field("Quote", lines: card.quote(selector, names: names)) }
    if flagged.contains("selector") {
      card.field(record.selector == nil ? "Quote" : "", console.style("! in conflict", .yellow))
    }
  }

  /// `tissue: blood (UBERON:0000178)`.
  private func qualifier(_ element: String) throws -> String {
    guard let equals = element.firstIndex(of: "=") else { return element }
    return "\(element[..<equals]): \(try names.labelled(String(element[element.index(after: equals)...])))"
  }

  private func sourceField(_ label: String, _ source: RecordID?) throws {
    guard let source else { return }
    guard let record = try reader.record(source, preferring: [.source]) else {
      return card.field(label, "\(source), which is not here")
    }
    var text = "\(Citation(record).line)  \(console.style(try names.shortID(record), .dim))"
    if record.flag("retracted") == true { text += "  " + console.style("RETRACTED", .red) }
    if record.isDeleted { text += "  " + console.style("(deleted)", .red) }
    field(label, ["source"], text)
  }

  /// A record that another one is about: its short id and what it says.
  private func about(_ label: String, _ id: RecordID?) throws {
    guard let id else { return }
    guard let record = try reader.record(id) else { return card.field(label, "\(id), which is not here") }
    let gone = record.isDeleted ? " (deleted)" : ""
    card.field(
      label,
      "\(console.style(try names.shortID(record), .bold)) \(record.kind.rawValue)\(gone): \(try names.headline(record))"
    )
  }

  func annotation(_ record: Record) throws {
    text(record, "body")
    var seen: Set<RecordID> = [record.id]
    var target = record.reference("target")
    try about("On", target)
    // Of a reply also what the whole thread is on.
    var root: RecordID?
    while let id = target, seen.insert(id).inserted, seen.count < 1000, let above = try reader.record(id),
      above.kind == .annotation
    {
      target = above.reference("target")
      root = target
    }
    if let root { try about("Thread on", root) }
    quote(record)
    card.field("Tags", record.elements("tags").joined(separator: ", "))
  }

  func assessment(_ record: Record) throws {
    if record.text("body") != nil { text(record, "body") }
    try about("Claim", record.reference("claim"))
    card.field("Stance", record.text("stance"))
    if let claim = record.reference("claim"), asOf == nil {
      card.field("All stances", tallyLine(try reader.stances(on: claim)))
    }
  }

  func evidence(_ record: Record) throws {
    try about("On", record.reference("target"))
    for (label, name) in [("Direction", "direction"), ("Strength", "strength")] {
      field(label, [name], record.text(name))
    }
    field("Type", ["eco"], try record.text("eco").map(names.labelled))
    try sourceField("Source", record.reference("source"))
    quote(record)
  }

  func link(_ record: Record) throws {
    try about("From", record.reference("from"))
    card.field("Type", record.text("type"))
    try about("To", record.reference("to"))
  }

  func source(_ record: Record) throws {
    card.text(record.text("title") ?? Citation(record).short)
    if flagged.contains("title") { card.line(console.style("! in conflict: all readings below", .yellow)) }
    card.blank()
    card.field("Cited as", Citation(record).line)
    field("Authors", ["authors"], record.texts("authors").joined(separator: "; "))
    let plain = [
      ("In", "container"), ("Issued", "issued"), ("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid"), ("URL", "url"),
    ]
    for (label, name) in plain { field(label, [name], record.text(name)) }
    card.field("Entities", try record.elements("entities").map(names.labelled).joined(separator: ", "))
    guard asOf == nil else { return }
    var filter = RecordFilter()
    filter.source = record.id
    filter.kinds = [.claim]
    let total = try reader.count(filter)
    var parts: [String] = []
    for status in Vocabulary.status {
      filter.statuses = [status]
      let count = try reader.count(filter)
      if count > 0 { parts.append("\(count) \(status)") }
    }
    card.field("Claims", total == 0 ? "none" : "\(total): \(parts.joined(separator: " · "))")
    var others = RecordFilter()
    others.source = record.id
    let counts = try [Kind.assessment, .annotation, .evidence].compactMap { kind -> String? in
      others.kinds = [kind]
      let count = try reader.count(others)
      return count == 0 ? nil : "\(count) \(count == 1 ? kind.rawValue : kind.plural)"
    }
    card.field("Curation", counts.joined(separator: ", "))
  }

  func term(_ record: Record) throws {
    card.text([record.text("label"), record.text("curie").map { "(\($0))" }].compactMap { $0 }.joined(separator: " "))
    card.blank()
    field("Type", ["type"], record.text("type"))
    card.field("Synonyms", record.elements("synonyms").joined(separator: ", "))
    guard asOf == nil, let curie = record.text("curie") else { return }
    var filter = RecordFilter()
    filter.entities = [curie]
    let counts = try [Kind.claim, .source, .evidence].compactMap { kind -> String? in
      filter.kinds = [kind]
      let count = try reader.count(filter)
      return count == 0 ? nil : "\(count) \(count == 1 ? kind.rawValue : kind.plural)"
    }
    card.field("Used in", counts.isEmpty ? "nothing yet" : counts.joined(separator: ", "))
  }

  func curator(_ record: Record) throws {
    card.text(record.text("name") ?? "")
    card.blank()
    card.field("ORCID", record.text("orcid").map { "https://orcid.org/\($0)" })
    field("Affiliation", ["affiliation"], record.text("affiliation"))
    guard asOf == nil else { return }
    var filter = RecordFilter()
    filter.curator = record.id
    let counts = try Kind.allCases.filter { $0 != .curator }.compactMap { kind -> String? in
      filter.kinds = [kind]
      let count = try reader.count(filter)
      return count == 0 ? nil : "\(count) \(count == 1 ? kind.rawValue : kind.plural)"
    }
    card.field("Wrote", counts.isEmpty ? "nothing yet" : counts.joined(separator: ", "))
  }
}
