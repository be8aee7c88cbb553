import AnnotationStore

/// One nanopublication: its four graphs and what they are called (nanopub guidelines, working draft of 2025).
struct Nanopub {
  /// Its IRI.
  let iri: IRI
  let head: IRI
  let assertion: IRI
  let provenance: IRI
  let pubinfo: IRI
  /// All statements, in the order in which they came or are to be written.
  let quads: [RDFQuad]
  private let index: NanopubIndex

  init(iri: IRI, head: IRI, assertion: IRI, provenance: IRI, pubinfo: IRI, quads: [RDFQuad]) {
    self.iri = iri
    self.head = head
    self.assertion = assertion
    self.provenance = provenance
    self.pubinfo = pubinfo
    self.quads = quads
    index = NanopubIndex(quads)
  }

  /// The IRI that its own nodes begin with.
  var namespace: String { iri.text + "#" }

  /// The statements of one graph.
  func statements(in graph: IRI) -> [RDFQuad] { quads.filter { $0.graph == .iri(graph) } }

  /// What a graph says of a subject under a predicate, in the order of the file.
  func objects(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> [RDFTerm] {
    index.all(graph, subject, predicate, of: quads)
  }

  /// Whether a graph says anything of a subject under a predicate.
  func says(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> Bool {
    index.first(.any, graph, subject, predicate, of: quads) != nil
  }

  /// The first thing that a graph names.
  func thing(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> IRI? {
    index.first(.iri, graph, subject, predicate, of: quads)?.iri
  }

  /// The first text that a graph gives.
  func text(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> String? {
    index.first(.text, graph, subject, predicate, of: quads)?.literal?.text
  }

  /// The first time that a graph gives, in milliseconds since 1970 UTC.
  func time(_ graph: IRI, _ subject: IRI, _ predicate: IRI) -> Int64? {
    index.first(.time, graph, subject, predicate, of: quads)?.literal.flatMap { XSDDateTime.milliseconds($0.text) }
  }

  /// The label that the publication gives something, or nil.
  func label(of iri: IRI) -> String? {
    text(pubinfo, iri, RDF.rdfs("label")) ?? text(assertion, iri, RDF.rdfs("label"))
  }

  /// The nanopublication as a file of its own.
  var trig: String { TriGText.write(quads, first: [("this", iri.text), ("sub", namespace)]) }
}

// MARK: - Hash and signature

extension Nanopub {
  /// What its trusty URI or its signature say against it, as a sentence; `nil` where they hold, or there are none.
  var fault: String? {
    let code = TrustyURI.code(of: iri)
    if let code {
      guard let found = TrustyURI.code(for: quads, placeholder: code) else {
        return "has a trusty URI and blank nodes, which exclude each other (ask its author for a valid one)"
      }
      guard found == code else {
        return "the trusty URI does not match: its statements have the hash \(found), not \(code)"
          + " (it was altered; get it again from where it was published)"
      }
    }
    guard signatures.count <= 1 else { return "has several signatures, and one is expected" }
    for (node, signature) in signatures {
      guard let key = text(pubinfo, node, RDF.npx("hasPublicKey")) else { return "has a signature and no public key" }
      guard text(pubinfo, node, RDF.npx("hasAlgorithm")) == "RSA" else { continue }
      let signed = quads.filter { $0.subject != .iri(node) || $0.predicate != RDF.npx("hasSignature") }
      guard let bytes = TrustyURI.normalized(signed, placeholder: code ?? "") else {
        return "is signed and has blank nodes, which exclude each other (ask its author for a valid one)"
      }
      guard let isValid = NanopubKey.isValid(signature: signature, by: key, of: bytes) else {
        return "its public key or signature cannot be read"
      }
      if !isValid { return "the signature does not match (it was altered; get it again from where it was published)" }
    }
    return nil
  }

  /// The nodes that hold signatures, with these.
  private var signatures: [(node: IRI, signature: String)] {
    quads.compactMap { quad in
      guard quad.predicate == RDF.npx("hasSignature"), let node = quad.subject.iri, let text = quad.object.literal?.text
      else { return nil }
      return (node, text)
    }
  }

  /// What a reader cannot check, in words.
  var unchecked: String? {
    if TrustyURI.code(of: iri) == nil { return "its IRI holds no hash, so nobody can tell whether it was altered" }
    let algorithms = signatures.compactMap { text(pubinfo, $0.node, RDF.npx("hasAlgorithm")) }
    return algorithms.first { $0 != "RSA" }.map { "its \($0.prefix(20)) signature was not checked" }
  }

  /// Signs it, where there is a key, and puts the artifact code in place of the space in its IRIs.
  ///
  /// - Throws: what signing throws.
  func sealed(by key: NanopubKey?, signer: IRI?) throws -> Nanopub {
    var quads = quads
    if let key {
      let node = IRI(namespace + "sig")
      func add(_ name: String, _ object: RDFTerm) {
        quads.append(RDFQuad(graph: .iri(pubinfo), subject: .iri(node), predicate: RDF.npx(name), object: object))
      }
      add("hasAlgorithm", .text("RSA"))
      add("hasPublicKey", .text(key.publicKey))
      add("hasSignatureTarget", .iri(iri))
      if let signer { add("signedBy", .iri(signer)) }
      let signature = try key.signature(of: TrustyURI.normalized(quads, placeholder: "") ?? [])
      add("hasSignature", .text(signature))
    }
    let code = TrustyURI.code(for: quads, placeholder: "") ?? ""
    func put(_ iri: IRI) -> IRI {
      guard iri.text.utf8.contains(UInt8(ascii: " ")) else { return iri }
      return IRI(iri.text.split(separator: " ", omittingEmptySubsequences: false).joined(separator: code))
    }
    func put(_ term: RDFTerm) -> RDFTerm { if case .iri(let iri) = term { .iri(put(iri)) } else { term } }
    return Nanopub(
      iri: put(iri), head: put(head), assertion: put(assertion), provenance: put(provenance), pubinfo: put(pubinfo),
      quads: quads.map {
        RDFQuad(
          graph: $0.graph.map(put), subject: put($0.subject), predicate: put($0.predicate), object: put($0.object))
      })
  }
}
