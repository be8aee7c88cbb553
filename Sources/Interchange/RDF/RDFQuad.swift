import AnnotationStore

/// A literal (RDF 1.1 §3.3): a text with a datatype, or with a language.
struct RDFLiteral: Hashable {
  var text: String
  /// `rdf:langString` where there is a language.
  var datatype: IRI
  var language: String?

  init(_ text: String, datatype: IRI = RDF.string) {
    self.text = text
    self.datatype = datatype
  }

  init(_ text: String, language: String) {
    self.text = text
    self.language = language
    datatype = RDF.langString
  }

  static func == (left: Self, right: Self) -> Bool {
    left.text.isSameBytes(as: right.text) && left.datatype == right.datatype && left.language == right.language
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(datatype)
    hasher.combine(language)
  }
}

/// A subject, object or graph name.
enum RDFTerm: Hashable {
  case iri(IRI)
  /// A blank node, by its number in the file.
  case blank(Int)
  /// Boxed, for it is three times as large as the others and fewer.
  indirect case literal(RDFLiteral)

  var iri: IRI? { if case .iri(let iri) = self { iri } else { nil } }
  var literal: RDFLiteral? { if case .literal(let literal) = self { literal } else { nil } }

  /// A plain text.
  static func text(_ text: String) -> RDFTerm { .literal(RDFLiteral(text)) }
}

/// A statement in a graph.
struct RDFQuad: Hashable {
  /// `nil` for the default graph.
  var graph: RDFTerm?
  var subject: RDFTerm
  var predicate: IRI
  var object: RDFTerm
}

/// The vocabularies that files of ours use.
enum RDF {
  /// Prefixes with their namespaces, in the order in which they are declared.
  static let prefixes: [(prefix: String, namespace: String)] = [
    ("np", "http://www.nanopub.org/nschema#"), ("npx", "http://purl.org/nanopub/x/"),
    ("hycl", "http://purl.org/petapico/o/hycl#"), ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("prov", "http://www.w3.org/ns/prov#"), ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"), ("oa", "http://www.w3.org/ns/oa#"),
    ("cito", "http://purl.org/spar/cito/"), ("sio", "http://semanticscience.org/resource/"),
    ("schema", "http://schema.org/"), ("biolink", "https://w3id.org/biolink/vocab/"),
    ("obo", "http://purl.obolibrary.org/obo/"), ("orcid", "https://orcid.org/"),
  ]

  static func np(_ name: String) -> IRI { IRI("http://www.nanopub.org/nschema#" + name) }
  static func npx(_ name: String) -> IRI { IRI("http://purl.org/nanopub/x/" + name) }
  static func hycl(_ name: String) -> IRI { IRI("http://purl.org/petapico/o/hycl#" + name) }
  static func rdf(_ name: String) -> IRI { IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#" + name) }
  static func rdfs(_ name: String) -> IRI { IRI("http://www.w3.org/2000/01/rdf-schema#" + name) }
  static func xsd(_ name: String) -> IRI { IRI("http://www.w3.org/2001/XMLSchema#" + name) }
  static func prov(_ name: String) -> IRI { IRI("http://www.w3.org/ns/prov#" + name) }
  static func dct(_ name: String) -> IRI { IRI("http://purl.org/dc/terms/" + name) }
  static func pav(_ name: String) -> IRI { IRI("http://purl.org/pav/" + name) }
  static func foaf(_ name: String) -> IRI { IRI("http://xmlns.com/foaf/0.1/" + name) }
  static func oa(_ name: String) -> IRI { IRI("http://www.w3.org/ns/oa#" + name) }
  static func cito(_ name: String) -> IRI { IRI("http://purl.org/spar/cito/" + name) }
  static func schema(_ name: String) -> IRI { IRI("http://schema.org/" + name) }
  static func biolink(_ name: String) -> IRI { IRI("https://w3id.org/biolink/vocab/" + name) }
  /// The datatypes of most literals, made once.
  static let (string, langString) = (xsd("string"), rdf("langString"))
  /// `has evidence` of the Semanticscience Integrated Ontology.
  static let hasEvidence = IRI("http://semanticscience.org/resource/SIO_000772")
}
