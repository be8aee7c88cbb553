import AnnotationStore

/// The identifiers that BioC and PubTator give mentions, as CURIEs.
enum BioCIdentifiers {
  /// Where producers put them, the better ones first, and what a bare number or code means there.
  private static let keys: [(key: String, type: String?)] = [
    ("identifier", nil), ("identifiers", nil), ("Identifier", nil), ("normalized_id", nil), ("NCBI Gene", "gene"),
    ("NCBI Gene identifier", "gene"), ("NCBI Taxonomy", "species"), ("MESH", "disease"), ("MeSH", "disease"),
    ("CHEBI", "chebi"), ("Cellosaurus", "cellline"),
  ]
  /// What prefixes are called here.
  private static let prefixes: [String: String] = [
    "ncbi gene": "NCBIGene", "ncbigene": "NCBIGene", "gene": "NCBIGene", "geneid": "NCBIGene", "entrezgene": "NCBIGene",
    "entrez": "NCBIGene", "mesh": "MESH", "msh": "MESH", "ncbi taxonomy": "NCBITaxon", "ncbitaxon": "NCBITaxon",
    "taxon": "NCBITaxon", "taxonomy": "NCBITaxon", "tax": "NCBITaxon", "species": "NCBITaxon", "cvcl": "Cellosaurus",
    "cellosaurus": "Cellosaurus", "omim": "OMIM", "mim": "OMIM", "chebi": "CHEBI", "dbsnp": "dbSNP", "rs": "dbSNP",
    "rs#": "dbSNP",
  ]

  /// The key that holds the identifier, and what it holds, as one text.
  static func raw(_ infons: [JSONValue.Member]) -> (key: String, text: String, type: String?)? {
    for (key, type) in keys {
      guard let value = infons.value(key) else { continue }
      let text = value.elements.map { $0.compactMap(\.text).joined(separator: ";") } ?? value.text
      if let text, !text.isEmpty { return (key, text, type) }
    }
    return nil
  }

  /// The CURIEs of a mention, each once, in the order given.
  static func curies(_ infons: [JSONValue.Member]) -> [String] {
    guard let (_, text, type) = raw(infons) else { return [] }
    return curies(text, type: type ?? infons.text("type") ?? "")
  }

  /// The CURIEs in an identifier of a mention of some type; what names nothing (`-`, `-1`) or is not known is passed
  /// over.
  static func curies(_ identifier: String, type: String) -> [String] {
    let kind = type.lowercased().filter(\.isLetter)
    let isVariant = ["mutation", "variant", "snp"].contains { kind.contains($0) }
    let separators: Set<Character> = isVariant ? [";"] : [";", ",", "|", "+"]
    var found: [String] = []
    for piece in identifier.split(whereSeparator: { separators.contains($0) }).prefix(1000) {
      let curie = isVariant ? variant(piece.trimmed()) : curie(piece.trimmed(), kind: kind)
      if let curie, let checked = try? CURIE(parsing: curie), !found.contains(checked.text) {
        found.append(checked.text)
      }
    }
    return found
  }

  private static func curie(_ piece: String, kind: String) -> String? {
    // As in 3934(Tax:9606): the species of the gene.
    let text = piece.range(ofText: "(Tax:").map { piece[..<piece.index($0, offsetBy: -5)].trimmed() } ?? piece
    guard !text.isEmpty, text != "-", text != "-1" else { return nil }
    if let colon = text.firstIndex(of: ":") {
      let prefix = text[..<colon].trimmed()
      let rest = text[text.index(after: colon)...].trimmed()
      guard let known = prefixes[prefix.lowercased()] else { return text }
      return known == "Cellosaurus" && !rest.hasPrefix("CVCL_") ? "Cellosaurus:CVCL_" + rest : "\(known):\(rest)"
    }
    if text.hasPrefix("CVCL_") { return "Cellosaurus:" + text }
    if text.lowercased().hasPrefix("rs"), text.dropFirst(2).isDigits { return "dbSNP:" + text.lowercased() }
    if text.isDigits {
      switch kind {
      case "gene", "protein", "geneorgeneproduct", "familyname": return "NCBIGene:" + text
      case "species", "organism", "organismtaxon", "strain": return "NCBITaxon:" + text
      case "chebi": return "CHEBI:" + text
      default: return nil
      }
    }
    let isMeSH = "CDMQ".contains(text.prefix(1)) && text.dropFirst().isDigits && text.count >= 6
    return isMeSH ? "MESH:" + text : nil
  }

  /// The dbSNP id among the parts of what tmVar writes; the rest (HGVS names, the gene concerned) is no identifier of
  /// the mention alone.
  private static func variant(_ part: String) -> String? {
    let parts = part.split(separator: ":", maxSplits: 1).map { $0.trimmed() }
    if parts.count == 2, prefixes[parts[0].lowercased()] == "dbSNP" {
      let digits = parts[1].lowercased().hasPrefix("rs") ? String(parts[1].dropFirst(2)) : parts[1]
      return digits.isDigits ? "dbSNP:rs" + digits : nil
    }
    if part.lowercased().hasPrefix("rs"), part.dropFirst(2).isDigits { return "dbSNP:" + part.lowercased() }
    return parts.count < 2 || tmVarNames.contains(parts[0].lowercased()) ? nil : part
  }

  /// What tmVar names beside identifiers.
  private static let tmVarNames: Set<String> = [
    "tmvar", "hgvs", "variantgroup", "correspondinggene", "correspondingspecies", "originalgene", "ca#", "mappedgene",
    "disease", "gene", "species",
  ]

  /// Whether a CURIE can stand in a list between semicolons and be read from it again.
  static func isWritable(_ curie: String) -> Bool {
    !curie.utf8.contains { [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "+")].contains($0) }
  }

  /// What a mention with these CURIEs is, where nobody said.
  static func type(of curies: [String]) -> String? {
    switch curies.first?.prefix(while: { $0 != ":" }) {
    case "NCBIGene": "Gene"
    case "NCBITaxon": "Species"
    case "Cellosaurus": "CellLine"
    case "dbSNP": "Variant"
    case "CHEBI": "Chemical"
    case "MONDO", "DOID", "OMIM", "HP": "Disease"
    default: nil
    }
  }

  /// Puts CURIEs in the place of the identifiers that are there.
  static func set(_ curies: [String], in infons: inout [JSONValue.Member]) {
    for (key, _) in keys where key != "identifier" { infons.set(key, nil) }
    infons.set("identifier", curies.isEmpty ? nil : curies.joined(separator: ";"))
  }
}
