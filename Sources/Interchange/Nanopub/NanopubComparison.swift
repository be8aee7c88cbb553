import AnnotationStore

/// Whether a claim still says what the nanopublication said that it was imported from.
struct NanopubComparison {
  /// The nanopublication.
  let original: Nanopub
  private let drafts: [RecordDraft]
  /// Whether it was one of ours, so that the assessments and evidence are part of what it said.
  let isOwn: Bool

  /// Reads what the claim keeps; `nil` where that is no nanopublication.
  init?(_ claim: Record) {
    guard let origin = claim.text("origin"), origin.utf8.count < 2 * NanopubParser.originByteLimit,
      let text = Self.member("nanopub", of: origin), let original = NanopubParser.single(text)
    else { return nil }
    let drafter = NanopubDrafter(original, at: Place(line: 1))
    self.original = original
    drafts = drafter.records()
    isOwn = drafter.ownID != nil
  }

  private static func member(_ name: String, of json: String) -> String? {
    guard let file = try? TextFile(Array(json.utf8), format: .nanopub) else { return nil }
    var reader = JSONReader(file)
    var found: String?
    try? reader.readItems { value, _ in
      if case .string(let text)? = value[name] { found = text }
    }
    return found
  }

  /// Whether nothing that the nanopublication says was changed since.
  func holds(of claim: Record, _ context: ExportContext) throws -> Bool {
    guard let draft = drafts.first(where: { $0.kind == .claim }) else { return false }
    let fields =
      ["statement", "source", "selector", "subject", "predicate", "object", "qualifiers", "entities"]
      + (isOwn ? ["tags"] : [])
    guard fields.allSatisfy({ draft.fields[$0] == claim.fields[$0] }),
      (draft.fields["negated"] == .flag(true)) == (claim.flag("negated") == true)
    else { return false }
    return try !isOwn || said(draft.id) == standing(on: claim.id, context)
  }

  /// The assessments and evidence of the nanopublication, as texts that can be compared.
  private func said(_ claim: RecordID) -> [String] {
    let kinds: Set<Kind> = [.assessment, .evidence]
    return drafts.filter { kinds.contains($0.kind) }
      .map { Self.key($0.kind, $0.fields, by: $0.curator, at: $0.createdMilliseconds) }.sorted(by: Self.precedes)
  }

  /// The kinds of which the store has more on the claim than the nanopublication said.
  func additions(to claim: RecordID, _ context: ExportContext) throws -> [Kind] {
    try [Kind.assessment, .evidence].filter { kind in
      try context.reader.count(kind, on: claim) > drafts.count { $0.kind == kind }
    }
  }

  private func standing(on claim: RecordID, _ context: ExportContext) throws -> [String] {
    let assessments = try context.reader.records(.assessment, on: claim)
    let evidence = try ([claim] + assessments.map(\.id)).flatMap { try context.reader.records(.evidence, on: $0) }
    return try (assessments + evidence).map { try Self.key(of: $0) }.sorted(by: Self.precedes)
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// An assessment or evidence without its id as a text.
  static func key(of record: Record) throws -> String {
    key(record.kind, record.fields, by: record.curator, at: record.createdMilliseconds)
  }

  private static func key(
    _ kind: Kind, _ fields: [String: FieldContent], by curator: RecordID?, at time: Int64?
  ) -> String {
    let names = ["claim", "target", "stance", "body", "direction", "source", "eco", "strength", "selector"]
    let values = names.map { fields[$0].map { JSONText.write($0.value) } ?? "" }
    return ([kind.rawValue] + values + ["\(time ?? 0)", curator?.description ?? ""]).joined(separator: "\u{1}")
  }

  /// The IRI of a paper: by its DOI, else at PubMed, PubMed Central or wherever it can be read.
  static func iri(ofSource source: Record) -> IRI {
    if let doi = source.text("doi") { return IRI("https://doi.org/" + escapingPath(doi)) }
    if let pmid = source.text("pmid") { return IRI("https://pubmed.ncbi.nlm.nih.gov/" + escapingPath(pmid)) }
    if let pmcid = source.text("pmcid") {
      return IRI("https://www.ncbi.nlm.nih.gov/pmc/articles/" + escapingPath(pmcid))
    }
    // What a faulty replica wrote there is no address to follow.
    let isWeb = { (url: String) in ["http://", "https://"].contains { url.lowercased().hasPrefix($0) } }
    if let url = source.text("url"), IRI.isAbsolute(url), isWeb(url) { return IRI(url) }
    return IRI("urn:uuid:\(source.id)")
  }

  private static func escapingPath(_ text: String) -> String {
    IRI.escaping(text).split(separator: "#", omittingEmptySubsequences: false).joined(separator: "%23")
      .split(separator: "?", omittingEmptySubsequences: false).joined(separator: "%3F")
  }
}
