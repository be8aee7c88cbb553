import AnnotationStore
import Crypto

/// Trusty URIs of the module RA (Trusty URI Specification, "RA: RDF graphs"): the artifact code at the end of an IRI is a
/// hash over the statements in which that code is left out.
enum TrustyURI {
  /// `RA` and 43 characters of base64url.
  static let codeLength = 45

  /// The artifact code that an IRI ends with; `nil` where it is not a trusty one.
  static func code(of iri: IRI) -> String? {
    let bytes = Array(iri.text.utf8.suffix(codeLength))
    guard bytes.count == codeLength, bytes.starts(with: "RA".utf8), bytes.allSatisfy(isCode) else { return nil }
    guard let before = iri.text.utf8.dropLast(codeLength).last, !isCode(before) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  /// The artifact code of statements in which `placeholder` stands where the code will.
  ///
  /// Nil where there is a blank node: the specification wants IRIs in their stead.
  static func code(for quads: [RDFQuad], placeholder: String) -> String? {
    guard let text = normalized(quads, placeholder: placeholder) else { return nil }
    return "RA" + base64URL(Array(SHA256.hash(data: text)))
  }

  /// The statements in the form that is hashed and signed: sorted, four lines each, each statement once, a space where
  /// `placeholder` stands in an IRI.
  static func normalized(_ quads: [RDFQuad], placeholder: String) -> [UInt8]? {
    let mark = Array(placeholder.utf8)
    var lines: [Line] = []
    for quad in quads {
      guard let line = Line(quad, mark) else { return nil }
      lines.append(line)
    }
    lines.sort { $0.precedes($1) }
    var out: [UInt8] = []
    var last: [UInt8]?
    for line in lines {
      let text = line.text
      if text != last { out += text }
      last = text
    }
    return out
  }

  /// One statement, its IRIs with the space in place of the code.
  private struct Line {
    var graph: [UInt8]?
    var subject: [UInt8]
    var predicate: [UInt8]
    var object: [UInt8]
    var literal: RDFLiteral?

    init?(_ quad: RDFQuad, _ mark: [UInt8]) {
      func bytes(_ term: RDFTerm) -> [UInt8]? { term.iri.map { blanked(Array($0.text.utf8), mark) } }
      guard let subject = bytes(quad.subject) else { return nil }
      self.subject = subject
      predicate = blanked(Array(quad.predicate.text.utf8), mark)
      if let term = quad.graph {
        guard let bytes = bytes(term) else { return nil }
        graph = bytes
      }
      switch quad.object {
      case .literal(let given):
        object = []
        literal = given
      case .iri(let iri): object = blanked(Array(iri.text.utf8), mark)
      case .blank: return nil
      }
    }

    /// Literals come after IRIs, and among themselves by text, datatype (none with a language) and language.
    func precedes(_ other: Line) -> Bool {
      if graph != other.graph { return Self.precedes(graph, other.graph) }
      if subject != other.subject { return subject.lexicographicallyPrecedes(other.subject) }
      if predicate != other.predicate { return predicate.lexicographicallyPrecedes(other.predicate) }
      guard let literal else { return other.literal != nil || object.lexicographicallyPrecedes(other.object) }
      guard let right = other.literal else { return false }
      let (leftKey, rightKey) = (Self.key(literal), Self.key(right))
      for (left, right) in zip(leftKey, rightKey) where left != right { return Self.precedes(left, right) }
      return false
    }

    private static func key(_ literal: RDFLiteral) -> [[UInt8]?] {
      [
        Array(literal.text.utf8), literal.language == nil ? Array(literal.datatype.text.utf8) : nil,
        literal.language.map { Array($0.utf8) },
      ]
    }

    private static func precedes(_ left: [UInt8]?, _ right: [UInt8]?) -> Bool {
      guard let left else { return right != nil }
      guard let right else { return false }
      return left.lexicographicallyPrecedes(right)
    }

    var text: [UInt8] {
      let end = UInt8(ascii: "\n")
      var out = (graph ?? []) + [end] + subject + [end] + predicate + [end]
      guard let literal else { return out + object + [end] }
      if let language = literal.language {
        out += "@\(language.lowercased()) ".utf8
      } else {
        out += "^\(literal.datatype.text) ".utf8
      }
      for byte in literal.text.utf8 {
        switch byte {
        case UInt8(ascii: "\\"): out += "\\\\".utf8
        case end: out += "\\n".utf8
        default: out.append(byte)
        }
      }
      return out + [end]
    }
  }

  private static func blanked(_ iri: [UInt8], _ mark: [UInt8]) -> [UInt8] {
    guard iri.count >= mark.count, !mark.isEmpty else { return iri }
    var out: [UInt8] = []
    var index = 0
    while index < iri.count {
      if iri[index...].starts(with: mark) {
        out.append(UInt8(ascii: " "))
        index += mark.count
      } else {
        out.append(iri[index])
        index += 1
      }
    }
    return out
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
      let bits = group[0] << 16 | group[1] << 8 | group[2]
      let count = min(3, bytes.count - start) + 1
      for position in 0..<count { out.append(letters[Int(bits >> (18 - 6 * position) & 63)]) }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
