import AnnotationStore

/// The infons that an annotation or a claim is written with.
enum BioCInfons {
  /// Those that it was imported with, brought up to what the record says now; of what was written here its CURIEs as
  /// `identifier`, and `motivation`, `note` and `tags`, by which it comes back.
  static func of(_ record: Record, _ mention: BioCOrigin.Mention?, _ context: ExportContext) -> [JSONValue.Member] {
    var infons = mention?.infons ?? []
    let (curies, labels) = split(record, context)
    let before = BioCIdentifiers.curies(infons)
    if Set(curies) != Set(before.filter { $0.utf8.count <= Limits.elementBytes }) {
      BioCIdentifiers.set(curies, in: &infons)
    }
    if record.kind == .claim {
      infons.set("type", "claim")
    } else if infons.text("type") == nil, mention == nil {
      infons.set("type", BioCIdentifiers.type(of: curies) ?? labels.first ?? "note")
    }
    let motivation = record.kind == .claim ? Motivation.describing.rawValue : record.text("motivation")
    let isPlain =
      mention != nil && infons.text("motivation") == nil
      && motivation == BioCMention.motivation(infons, curies).rawValue
      && labels.allSatisfy(BioCMention.tags(infons, []).contains)
    if !isPlain {
      infons.set("motivation", motivation)
      let words = labels.filter { !$0.utf8.contains(UInt8(ascii: ";")) }
      if words.count < labels.count { context.leaveOut("tags with a semicolon") }
      infons.set("tags", words.isEmpty ? nil : words.joined(separator: "; "))
    }
    let quote = record.selector?.exact ?? mention?.text ?? ""
    let words = record.text(record.kind == .claim ? "statement" : "body") ?? ""
    // A mention without any text has its type as its body.
    let isImplied = quote.trimmed().isEmpty && (words == infons.text("type") || words == mention?.id)
    infons.set("note", words.isSameBytes(as: quote) || isImplied ? nil : words)
    return infons
  }

  private static func split(_ record: Record, _ context: ExportContext) -> (curies: [String], labels: [String]) {
    var curies: [String] = []
    if record.kind == .claim {
      curies = [record.text("subject"), record.text("object")].compactMap { $0 } + record.elements("entities")
    }
    var labels: [String] = []
    for tag in record.elements("tags") { if CURIE.isCanonical(tag) { curies.append(tag) } else { labels.append(tag) } }
    let writable = curies.filter(BioCIdentifiers.isWritable)
    if writable.count < curies.count { context.leaveOut("CURIEs with a separator of lists in them") }
    var seen: Set<String> = []
    return (writable.filter { seen.insert($0).inserted }, labels)
  }
}
