import AnnotationModel
import CRDT
import Foundation
import Testing

/// The vectors in Schema were made by a program that shares no code with this one.
@Suite("Derived ids")
struct DerivedIDTests {
  private struct Vector: Decodable {
    let kind: String
    let key: [String: String]
    let cbor: String
    let uuid: String
  }

  private struct UnknownKind: Error { let kind: String }

  private static func vectors() throws -> [Vector] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Schema/vectors/derived-ids.jsonl")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Vector.self, from: Data($0.utf8))
    }
  }

  private func derive(_ vector: Vector) throws -> (id: RecordID, key: [CBORValue]) {
    func text(_ name: String) throws -> String { try #require(vector.key[name], "\(vector)") }
    func id(_ name: String) throws -> RecordID { try #require(RecordID(uuid: try text(name)), "\(vector)") }
    func bytes(_ name: String) throws -> CBORValue { .bytes(try id(name).bytes) }
    func words(_ name: String) throws -> CBORValue { .text(try text(name)) }
    switch vector.kind {
    case "source":
      let value = try text("value")
      let identifier: DerivedID.SourceIdentifier =
        switch try text("identifier") {
        case "doi": .doi(try DOI(parsing: value))
        case "pmid": .pmid(try PMID(parsing: value))
        case "pmcid": .pmcid(try PMCID(parsing: value))
        default: .url(try WebAddress(parsing: value))
        }
      return (DerivedID.source(identifier), [try words("identifier"), try words("value")])
    case "claim":
      let derived = DerivedID.claim(source: try id("source"), statement: try text("statement"))
      return (derived, [try bytes("source"), try words("statement")])
    case "assessment":
      let derived = DerivedID.assessment(claim: try id("claim"), curator: try id("curator"))
      return (derived, [try bytes("claim"), try bytes("curator")])
    case "link":
      let derived = DerivedID.link(type: try text("type"), from: try id("from"), to: try id("to"))
      return (derived, [try words("type"), try bytes("from"), try bytes("to")])
    case "annotation", "curator":
      guard let by = vector.key["by"] else {
        return (DerivedID.curator(try ORCID(parsing: try text("orcid"))), [try words("orcid")])
      }
      let value = try text("value")
      let derived =
        switch (vector.kind, by) {
        case ("annotation", "iri"): DerivedID.annotation(iri: value)
        case ("annotation", _): DerivedID.annotation(content: value)
        case (_, "iri"): DerivedID.curator(iri: value)
        default: DerivedID.curator(name: value)
        }
      return (derived, [.text(by), .text(value)])
    case "term": return (DerivedID.term(try CURIE(parsing: try text("curie"))), [try words("curie")])
    default: throw UnknownKind(kind: vector.kind)
    }
  }

  @Test("The code derives what the vectors say")
  func vectors() throws {
    let vectors = try Self.vectors()
    #expect(Set(vectors.map(\.kind)) == ["source", "claim", "assessment", "link", "term", "curator", "annotation"])
    for vector in vectors {
      let (id, key) = try derive(vector)
      #expect(id.description == vector.uuid, "\(vector)")
      let encoded = CBORValue.array([.text(vector.kind)] + key).encoded
      #expect(encoded.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == vector.cbor, "\(vector)")
      #expect(id.uuidVersion == 8)
      #expect(RecordKey(kind: vector.kind, id: id).isDerived)
    }
    #expect(Set(vectors.map(\.uuid)).count == vectors.count)
  }

  @Test("Other ways to write one identifier derive one id; texts are compared as bytes")
  func canonical() throws {
    let plain = DerivedID.source(.doi(try DOI(parsing: "10.3389/fnagi.2025.1672903")))
    for other in [
      "10.3389/FNAGI.2025.1672903", "https://doi.org/10.3389/fnagi.2025.1672903", "doi:10.3389/fnagi.2025.1672903",
    ] {
      #expect(DerivedID.source(.doi(try DOI(parsing: other))) == plain)
    }
    #expect(
      DerivedID.curator(try ORCID(parsing: "https://orcid.org/0000-0002-1825-0097"))
        == DerivedID.curator(try ORCID(parsing: "0000-0002-1825-0097")))
    #expect(
      DerivedID.claim(source: plain, statement: "\u{e9}") != DerivedID.claim(source: plain, statement: "e\u{301}"))
    #expect(
      DerivedID.source(.pmid(try PMID(parsing: "12345"))) != DerivedID.source(.pmcid(try PMCID(parsing: "PMC12345"))))
  }
}
