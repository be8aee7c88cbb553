/// Where the statements of a nanopublication are by graph, subject and predicate, so that a look-up costs what it finds.
///
/// It holds numbers of statements and hashes, for a file may have a million of the one and of the other.
struct NanopubIndex {
  /// What of several objects may be asked for.
  enum Sort: Int {
    case any
    /// A literal that is not blank.
    case text
    /// A literal that is a time.
    case time
    case iri
  }

  private struct Key: Hashable {
    var hash: Int
    var sort: Sort
  }

  /// The first statement of each sort under a hash of graph, subject and predicate.
  private var firsts: [Key: Int32] = [:]
  /// The next statement with the same hash; -1 where there is none.
  private var next: [Int32]

  init(_ quads: [RDFQuad]) {
    next = [Int32](repeating: -1, count: quads.count)
    var lasts: [Int: Int32] = [:]
    for (number, quad) in quads.enumerated() {
      guard let graph = quad.graph?.iri, let subject = quad.subject.iri else { continue }
      let hash = Self.hash(graph, subject, quad.predicate)
      let index = Int32(truncatingIfNeeded: number)
      if let last = lasts.updateValue(index, forKey: hash) { next[Int(last)] = index }
      for sort in Self.sorts(of: quad.object) where firsts[Key(hash: hash, sort: sort)] == nil {
        firsts[Key(hash: hash, sort: sort)] = index
      }
    }
  }

  private static func hash(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> Int {
    var hasher = Hasher()
    hasher.combine(graph)
    hasher.combine(subject)
    hasher.combine(predicate)
    return hasher.finalize()
  }

  private static func sorts(of object: RDFTerm) -> [Sort] {
    switch object {
    case .iri: return [.any, .iri]
    case .blank: return [.any]
    case .literal(let literal):
      let isTime = XSDDateTime.milliseconds(literal.text) != nil
      let isText = literal.text.unicodeScalars.contains { !$0.properties.isWhitespace }
      return [.any] + (isText ? [.text] : []) + (isTime ? [.time] : [])
    }
  }

  /// The object of the first statement of a sort.
  func first(_ sort: Sort, _ graph: IRI, _ subject: IRI, _ predicate: IRI, of quads: [RDFQuad]) -> RDFTerm? {
    guard let found = firsts[Key(hash: Self.hash(graph, subject, predicate), sort: sort)] else { return nil }
    let quad = quads[Int(found)]
    return Self.matches(quad, graph, subject, predicate) ? quad.object : nil
  }

  /// The objects of all statements, in their order.
  func all(_ graph: IRI, _ subject: IRI, _ predicate: IRI, of quads: [RDFQuad]) -> [RDFTerm] {
    var found: [RDFTerm] = []
    var index = firsts[Key(hash: Self.hash(graph, subject, predicate), sort: .any)] ?? -1
    while index >= 0 {
      let quad = quads[Int(index)]
      if Self.matches(quad, graph, subject, predicate) { found.append(quad.object) }
      index = next[Int(index)]
    }
    return found
  }

  /// Two things of one hash do not happen (it is keyed, and has 64 bits), and would be told apart.
  private static func matches(_ quad: RDFQuad, _ graph: IRI, _ subject: IRI, _ predicate: IRI) -> Bool {
    quad.predicate == predicate && quad.subject == .iri(subject) && quad.graph == .iri(graph)
  }
}
