import AnnotationStore

/// Writes statements as TriG: the same statements in the same order give the same bytes.
///
/// Neighbours that share a subject, or subject and predicate, are written as one sentence.
struct TriGText {
  private let prefixes: [(prefix: String, namespace: String)]
  private var used: Set<String> = []

  /// The text with the declarations of the prefixes that it uses; `first` are declared before the usual ones.
  static func write(_ quads: [RDFQuad], first: [(prefix: String, namespace: String)] = []) -> String {
    var text = TriGText(prefixes: first + RDF.prefixes)
    let body = text.body(quads)
    let declarations = text.prefixes.filter { text.used.contains($0.prefix) }
      .map { "@prefix \($0.prefix): <\($0.namespace)> .\n" }
    return declarations.joined() + (declarations.isEmpty ? "" : "\n") + body
  }

  private init(prefixes: [(prefix: String, namespace: String)]) { self.prefixes = prefixes }

  private mutating func body(_ quads: [RDFQuad]) -> String {
    var out = ""
    var last: RDFQuad?
    for quad in quads {
      if let before = last, before.graph == quad.graph {
        if before.subject != quad.subject {
          out += " .\n" + indent(quad) + subject(quad)
        } else if before.predicate == quad.predicate {
          out += ", " + term(quad.object)
          continue
        } else {
          out += " ;\n" + indent(quad) + "  "
        }
      } else {
        if let before = last { out += " .\n" + (before.graph == nil ? "" : "}\n") + "\n" }
        if let graph = quad.graph { out += term(graph) + " {\n" }
        out += indent(quad) + subject(quad)
      }
      out += predicate(quad.predicate) + " " + term(quad.object)
      last = quad
    }
    if let last { out += " .\n" + (last.graph == nil ? "" : "}\n") }
    return out
  }

  private func indent(_ quad: RDFQuad) -> String { quad.graph == nil ? "" : "  " }

  private mutating func subject(_ quad: RDFQuad) -> String { term(quad.subject) + " " }

  private mutating func predicate(_ iri: IRI) -> String { iri == RDF.rdf("type") ? "a" : name(iri) }

  private mutating func term(_ term: RDFTerm) -> String {
    switch term {
    case .iri(let iri): return name(iri)
    case .blank(let number): return "_:b\(number)"
    case .literal(let literal):
      let text = Self.quoted(literal.text)
      if let language = literal.language { return text + "@" + language }
      return literal.datatype == RDF.xsd("string") ? text : text + "^^" + name(literal.datatype)
    }
  }

  private mutating func name(_ iri: IRI) -> String {
    for (prefix, namespace) in prefixes {
      guard let local = iri.local(in: namespace), local.utf8.allSatisfy(Self.isPlain) else { continue }
      if local.isEmpty, prefix != "this" { continue }
      if local.utf8.first == UInt8(ascii: "-") || local.utf8.last == UInt8(ascii: "-") { continue }
      used.insert(prefix)
      return prefix + ":" + local
    }
    return "<" + iri.text + ">"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  private static func quoted(_ text: String) -> String {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): out += "\\\"".utf8
      case UInt8(ascii: "\\"): out += "\\\\".utf8
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0..<0x20, 0x7F: out += Array("\\u00".utf8) + hexadecimal([byte]).uppercased().utf8
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
    return String(decoding: out, as: UTF8.self)
  }
}
