import AnnotationStore

/// How CURIEs become IRIs and back.
///
/// The rule: a prefix of the OBO Foundry expands to its PURL, one of a vocabulary that has a namespace of its own to
/// that, a few databases to the prefix by which identifiers.org knows them, and every other one, as it is written, to
/// `https://identifiers.org/PREFIX:REFERENCE`. What an IRI cannot have is percent-encoded.
enum CURIENamespaces {
  private static let obo = "http://purl.obolibrary.org/obo/"
  private static let identifiers = "https://identifiers.org/"

  /// Prefixes whose terms have a PURL of the OBO Foundry.
  private static let oboPrefixes: Set<String> = [
    "AEO", "AGRO", "APO", "BFO", "BSPO", "BTO", "CARO", "CHEBI", "CHMO", "CL", "CLO", "CMO", "CVDO", "DIDEO", "DOID",
    "DRON", "ECO", "ECTO", "EFO", "ENVO", "EUPATH", "FAO", "FBbt", "FBcv", "FBdv", "FMA", "FOODON", "FYPO", "GENO",
    "GEO", "GO", "GSSO", "HANCESTRO", "HP", "HsapDv", "IAO", "IDO", "INO", "MA", "MAXO", "MF", "MI", "MMO", "MOD",
    "MONDO", "MP", "MPATH", "MS", "MmusDv", "NBO", "NCBITaxon", "NCIT", "NCRO", "OAE", "OBA", "OBI", "OGG", "OGMS",
    "OHD", "OMIT", "OMRSE", "OPL", "PATO", "PCO", "PDRO", "PO", "PR", "PSDO", "RO", "RXNO", "SEPIO", "SO", "STATO",
    "SYMP", "TO", "TRANS", "UBERON", "UO", "UPHENO", "VO", "WBbt", "WBls", "WBPhenotype", "XAO", "XCO", "XPO", "ZECO",
    "ZFA", "ZFS", "ZP",
  ]

  /// Vocabularies with namespaces of their own.
  private static let vocabularies: [(prefix: String, namespace: String)] = [
    ("biolink", "https://w3id.org/biolink/vocab/"), ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("owl", "http://www.w3.org/2002/07/owl#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"), ("schema", "http://schema.org/"),
    ("dcterms", "http://purl.org/dc/terms/"), ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("prov", "http://www.w3.org/ns/prov#"), ("cito", "http://purl.org/spar/cito/"),
    ("SIO", "http://semanticscience.org/resource/SIO_"), ("WIKIDATA", "http://www.wikidata.org/entity/"),
  ]

  /// Databases by the prefix that we write, the one of identifiers.org, and further IRIs of theirs.
  private static let databases: [(prefix: String, provider: String, others: [String])] = [
    ("NCBIGene", "ncbigene", ["http://www.ncbi.nlm.nih.gov/gene/", "https://www.ncbi.nlm.nih.gov/gene/"]),
    ("MESH", "mesh", ["http://id.nlm.nih.gov/mesh/", "https://id.nlm.nih.gov/mesh/"]),
    ("UniProtKB", "uniprot", ["http://purl.uniprot.org/uniprot/", "https://www.uniprot.org/uniprot/"]),
    ("HGNC", "hgnc", []), ("ENSEMBL", "ensembl", ["http://rdf.ebi.ac.uk/resource/ensembl/"]),
    ("OMIM", "mim", ["https://omim.org/entry/"]), ("DRUGBANK", "drugbank", []), ("REACT", "reactome", []),
    ("KEGG", "kegg", []), ("MGI", "mgi", []), ("RGD", "rgd", []), ("ZFIN", "zfin", []), ("dbSNP", "dbsnp", []),
    ("PUBCHEM.COMPOUND", "pubchem.compound", ["http://rdf.ncbi.nlm.nih.gov/pubchem/compound/CID"]),
    ("CHEMBL.COMPOUND", "chembl.compound", []), ("ICD10", "icd", []), ("Orphanet", "orphanet", []),
    ("InterPro", "interpro", []), ("PFAM", "pfam", []), ("RRID", "rrid", []), ("CVCL", "cellosaurus", []),
  ]

  /// The IRI that a CURIE stands for; `nil` where the text is no CURIE.
  static func iri(of text: String) -> IRI? {
    guard let curie = try? CURIE(parsing: text) else { return nil }
    let reference = IRI.escaping(curie.reference)
    if oboPrefixes.contains(curie.prefix) { return IRI(obo + curie.prefix + "_" + reference) }
    if let known = vocabularies.first(where: { $0.prefix == curie.prefix }) { return IRI(known.namespace + reference) }
    let provider = databases.first { $0.prefix == curie.prefix }?.provider ?? curie.prefix
    return IRI(identifiers + provider + ":" + reference)
  }

  /// The CURIE that an IRI is written as; `nil` where no namespace of it is known here.
  static func curie(of iri: IRI) -> String? {
    guard let (prefix, rest) = split(iri), let reference = IRI.unescaping(rest) else { return nil }
    let text = prefix + ":" + reference
    return CURIE.isCanonical(text) ? text : nil
  }

  private static func split(_ iri: IRI) -> (prefix: String, reference: String)? {
    for base in [obo, "https://purl.obolibrary.org/obo/"] {
      guard let local = iri.local(in: base), let line = local.utf8.firstIndex(of: UInt8(ascii: "_")) else { continue }
      return (String(local[..<line]), String(local[local.index(after: line)...]))
    }
    for known in vocabularies {
      if let local = iri.local(in: known.namespace), !local.isEmpty { return (known.prefix, local) }
    }
    for database in databases {
      for other in database.others {
        if let local = iri.local(in: other), !local.isEmpty { return (database.prefix, local) }
      }
    }
    let resolvers = [identifiers, "http://identifiers.org/", "https://bioregistry.io/", "http://bioregistry.io/"]
    for resolver in resolvers {
      guard let local = iri.local(in: resolver),
        let mark = local.utf8.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") })
      else { continue }
      let provider = String(local[..<mark])
      let reference = String(local[local.index(after: mark)...])
      let prefix = databases.first { $0.provider == provider }?.prefix ?? provider
      // identifiers.org repeats the prefix of ontologies, as in `/mondo/MONDO:0004976`.
      let inner = reference.split(separator: ":", maxSplits: 1).map(String.init)
      if inner.count == 2, inner[0].lowercased() == provider.lowercased() { return (inner[0], inner[1]) }
      if let own = oboPrefixes.first(where: { $0.lowercased() == provider }) { return (own, reference) }
      return (prefix, reference)
    }
    return nil
  }
}
