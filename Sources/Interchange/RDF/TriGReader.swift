import AnnotationStore

/// A strict reader of TriG (W3C Recommendation of 2014), of which Turtle is a part, over a checked file.
///
/// Depth, the length of an IRI and the number of statements are bounded, so that prefixes and nesting cannot make a
/// small file large. RDF-star, which the Recommendation does not have, is refused.
struct TriGReader {
  static let depthLimit = 64
  static let iriByteLimit = 8 << 10
  static let quadLimit = 1_000_000
  /// How many bytes of the file a statement takes at the least, on average, where there are more than a thousand.
  static let bytesPerQuad = 12
  /// How many bytes the IRIs of prefixed names may come to beyond four times those of the file.
  static let expansionLimit = 64 << 20

  /// The statements in the order of the file.
  private(set) var quads: [RDFQuad] = []
  /// Where each statement's predicate begins.
  private(set) var offsets: [Int] = []

  var scanner: TriGScanner
  private var prefixes: [String: String] = [:]
  private var base: String?
  private var graph: RDFTerm?
  private var blanks: [String: Int] = [:]
  private var blankCount = 0
  private var expandedBytes = 0
  private let quadLimit: Int
  /// IRIs that were met, so that those which come again share their bytes; no more than there is a limit.
  private var known: Set<IRI> = []
  private static let knownLimit = 1 << 16

  /// Reads a whole file.
  init(_ file: TextFile) throws(InterchangeError) {
    scanner = TriGScanner(file)
    quadLimit = min(Self.quadLimit, 1000 + file.bytes.count / Self.bytesPerQuad)
    scanner.skipSpace()
    while !scanner.isAtEnd {
      try readBlock()
      scanner.skipSpace()
    }
  }

  // MARK: - Blocks

  private mutating func readBlock() throws(InterchangeError) {
    if scanner.take("@prefix") { return try readPrefix(endsWithDot: true) }
    if scanner.take("@base") { return try readBase(endsWithDot: true) }
    if scanner.takeKeyword("PREFIX") { return try readPrefix(endsWithDot: false) }
    if scanner.takeKeyword("BASE") { return try readBase(endsWithDot: false) }
    if scanner.takeKeyword("GRAPH") {
      scanner.skipSpace()
      let name = try label()
      return try readGraph(name)
    }
    if scanner.current == UInt8(ascii: "{") { return try readGraph(nil) }
    graph = nil
    let start = scanner.offset
    if scanner.current == UInt8(ascii: "["), !scanner.isAnonymous {
      let subject = try propertyList(depth: 1)
      scanner.skipSpace()
      if scanner.current != UInt8(ascii: ".") { try readPredicates(of: subject, depth: 1) }
    } else if scanner.current == UInt8(ascii: "(") {
      let subject = try collection(depth: 1)
      try readPredicates(of: subject, depth: 1)
    } else {
      let subject = try label()
      scanner.skipSpace()
      if scanner.current == UInt8(ascii: "{") { return try readGraph(subject) }
      try readPredicates(of: subject, depth: 1)
    }
    let file = scanner.file
    try scanner.expect(".", "to end the statement that begins at \(file.place(at: start))")
  }

  private mutating func readGraph(_ name: RDFTerm?) throws(InterchangeError) {
    graph = name
    scanner.skipSpace()
    let start = scanner.offset
    try scanner.expect("{", "to begin the graph")
    scanner.skipSpace()
    while !scanner.take("}") {
      try readTriples()
      scanner.skipSpace()
      if scanner.take(".") {
        scanner.skipSpace()
      } else if scanner.current != UInt8(ascii: "}") {
        let place = scanner.file.place(at: start)
        throw scanner.error("expected . between statements, or } to end the graph that begins at \(place)")
      }
    }
    graph = nil
  }

  private mutating func readTriples() throws(InterchangeError) {
    if scanner.current == UInt8(ascii: "["), !scanner.isAnonymous {
      let subject = try propertyList(depth: 1)
      scanner.skipSpace()
      if scanner.current == UInt8(ascii: ".") || scanner.current == UInt8(ascii: "}") { return }
      return try readPredicates(of: subject, depth: 1)
    }
    let subject = scanner.current == UInt8(ascii: "(") ? try collection(depth: 1) : try label()
    try readPredicates(of: subject, depth: 1)
  }

  private mutating func readPrefix(endsWithDot: Bool) throws(InterchangeError) {
    scanner.skipSpace()
    let name = try scanner.prefixName()
    try scanner.expect(":", "after the prefix")
    scanner.skipSpace()
    prefixes[name] = try iriReference()
    guard prefixes.count <= 10_000 else { throw scanner.error("more than 10000 prefixes") }
    if endsWithDot { try scanner.expect(".", "after the prefix's declaration") }
  }

  private mutating func readBase(endsWithDot: Bool) throws(InterchangeError) {
    scanner.skipSpace()
    base = try iriReference()
    if endsWithDot { try scanner.expect(".", "after the base's declaration") }
  }

  // MARK: - Statements

  private mutating func readPredicates(of subject: RDFTerm, depth: Int) throws(InterchangeError) {
    var isFirst = true
    repeat {
      scanner.skipSpace()
      // Several semicolons, and one before the end, are allowed.
      if let next = scanner.current, Self.endsPredicates.contains(next), !isFirst { continue }
      isFirst = false
      let start = scanner.offset
      let predicate: IRI
      if scanner.takeWord("a") {
        predicate = RDF.rdf("type")
      } else {
        guard case .iri(let iri) = try label() else {
          throw scanner.file.error(at: start, "a predicate must be an IRI")
        }
        predicate = iri
      }
      repeat {
        scanner.skipSpace()
        let object = try object(depth: depth)
        try add(subject, predicate, object, at: start)
        scanner.skipSpace()
      } while scanner.take(",")
    } while scanner.take(";")
  }

  private static let endsPredicates = Set(".;]}".utf8)

  private mutating func add(
    _ subject: RDFTerm, _ predicate: IRI, _ object: RDFTerm, at offset: Int
  ) throws(InterchangeError) {
    guard quads.count < quadLimit else {
      let reason = quadLimit < Self.quadLimit ? ", too many for so small a file" : " (split the file)"
      throw scanner.error("more than \(quadLimit) statements\(reason)")
    }
    quads.append(RDFQuad(graph: graph, subject: subject, predicate: predicate, object: object))
    offsets.append(offset)
  }

  private mutating func object(depth: Int) throws(InterchangeError) -> RDFTerm {
    guard depth <= Self.depthLimit else { throw scanner.error("nested deeper than \(Self.depthLimit) levels") }
    guard let byte = scanner.current else { throw scanner.error("the file ends where an object should be") }
    switch byte {
    case UInt8(ascii: "["):
      return scanner.isAnonymous ? try label() : try propertyList(depth: depth + 1)
    case UInt8(ascii: "("): return try collection(depth: depth + 1)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .literal(try literal())
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .literal(try scanner.number())
    default:
      if scanner.takeWord("true") { return .literal(RDFLiteral("true", datatype: RDF.xsd("boolean"))) }
      if scanner.takeWord("false") { return .literal(RDFLiteral("false", datatype: RDF.xsd("boolean"))) }
      return try label()
    }
  }

  private mutating func literal() throws(InterchangeError) -> RDFLiteral {
    let text = try scanner.string()
    if scanner.take("^^") {
      let start = scanner.offset
      guard case .iri(let datatype) = try label() else {
        throw scanner.file.error(at: start, "a datatype must be an IRI")
      }
      return RDFLiteral(text, datatype: datatype)
    }
    if scanner.take("@") { return RDFLiteral(text, language: try scanner.languageTag()) }
    return RDFLiteral(text)
  }

  private mutating func propertyList(depth: Int) throws(InterchangeError) -> RDFTerm {
    guard depth <= Self.depthLimit else { throw scanner.error("nested deeper than \(Self.depthLimit) levels") }
    try scanner.expect("[", "")
    let node = newBlank()
    try readPredicates(of: node, depth: depth)
    try scanner.expect("]", "to end the blank node")
    return node
  }

  private mutating func collection(depth: Int) throws(InterchangeError) -> RDFTerm {
    guard depth <= Self.depthLimit else { throw scanner.error("nested deeper than \(Self.depthLimit) levels") }
    try scanner.expect("(", "")
    let (first, rest, end) = (RDF.rdf("first"), RDF.rdf("rest"), RDFTerm.iri(RDF.rdf("nil")))
    var head: RDFTerm?
    var last: RDFTerm?
    scanner.skipSpace()
    while !scanner.take(")") {
      let start = scanner.offset
      let item = try object(depth: depth)
      let node = newBlank()
      if let last { try add(last, rest, node, at: start) }
      try add(node, first, item, at: start)
      head = head ?? node
      last = node
      scanner.skipSpace()
    }
    if let last { try add(last, rest, end, at: scanner.offset) }
    return head ?? end
  }

  // MARK: - Names

  /// An IRI or a blank node.
  private mutating func label() throws(InterchangeError) -> RDFTerm {
    guard let byte = scanner.current else { throw scanner.error("the file ends where a name should be") }
    switch byte {
    case UInt8(ascii: "<"):
      let iri = IRI(try iriReference())
      return .iri(shared(iri) ?? iri)
    case UInt8(ascii: "["):
      guard scanner.takeAnonymous() else { throw scanner.error("a blank node with properties cannot stand here") }
      return newBlank()
    case UInt8(ascii: "_"):
      let name = try scanner.blankLabel()
      if let known = blanks[name] { return .blank(known) }
      blankCount += 1
      blanks[name] = blankCount
      return .blank(blankCount)
    default:
      let start = scanner.offset
      let prefix = try scanner.prefixName()
      guard scanner.take(":") else {
        throw scanner.file.error(at: start, "expected an IRI, a prefixed name or a literal")
      }
      guard let namespace = prefixes[prefix] else {
        throw scanner.file.error(at: start, "the prefix \"\(prefix.prefix(60)):\" is not declared")
      }
      let iri = IRI(namespace + (try scanner.localName()))
      if let same = shared(iri) { return .iri(same) }
      expandedBytes += iri.text.utf8.count
      guard expandedBytes <= 4 * scanner.file.bytes.count + Self.expansionLimit else {
        throw scanner.file.error(
          at: start, "prefixes make more than \(Self.expansionLimit >> 20) MiB of IRIs of this file")
      }
      try check(iri.text, at: start)
      return .iri(iri)
    }
  }

  /// The same IRI where it was met before.
  private mutating func shared(_ iri: IRI) -> IRI? {
    if let index = known.firstIndex(of: iri) { return known[index] }
    if known.count < Self.knownLimit { known.insert(iri) }
    return nil
  }

  private mutating func newBlank() -> RDFTerm {
    blankCount += 1
    return .blank(blankCount)
  }

  private mutating func iriReference() throws(InterchangeError) -> String {
    let start = scanner.offset
    let reference = try scanner.iriReference()
    let text: String
    if IRI.isAbsolute(reference) {
      text = reference
    } else {
      guard let base else {
        throw scanner.file.error(at: start, "a relative IRI, and no @base before it (write it in full)")
      }
      text = IRIResolution.resolve(reference, against: base)
    }
    try check(text, at: start)
    return text
  }

  private func check(_ iri: String, at offset: Int) throws(InterchangeError) {
    guard iri.utf8.count <= Self.iriByteLimit else {
      throw scanner.file.error(at: offset, "an IRI of more than \(Self.iriByteLimit) bytes")
    }
    guard IRI.isAbsolute(iri) else { throw scanner.file.error(at: offset, "not an absolute IRI") }
  }
}
