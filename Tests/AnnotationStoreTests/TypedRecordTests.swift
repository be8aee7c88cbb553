import Testing

@testable import AnnotationStore

@Suite("Records as views of their kind")
struct TypedRecordTests {
  @Test("Every kind is read with its fields")
  func reads() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let lcn2 = try CURIE(parsing: "NCBIGene:3934")
    let doi = try DOI(parsing: "10.3389/fnagi.2025.1672903")
    let (paper, claim, other) = try store.write { writer in
      let paper = try writer.addSource(.doi(doi), ["retracted": .bool(true), "authors": .array([.text("Wang, Z")])]).id
      let claim = try writer.addClaim("One.", source: paper, ["negated": .bool(true)], sets: ["tags": ["b", "a"]]).id
      let other = try writer.addClaim("Two.").id
      try writer.addTerm(lcn2, label: "LCN2", type: "gene", synonyms: ["NGAL"])
      let assessment = try writer.assess(claim, stance: "disputes", body: "No.").id
      try writer.addEvidence(to: assessment, .init(direction: "disputes", source: paper, strength: "weak"))
      try writer.annotate(claim, body: "Why?", motivation: .questioning, tags: ["check"])
      try writer.addLink("refines", from: other, to: claim)
      return (paper, claim, other)
    }
    try store.read { reader in
      let source = try #require(try reader.record(paper, as: Source.self))
      #expect(source.doi == doi.text && source.isRetracted && source.authors == ["Wang, Z"] && source.title == nil)
      let one = try #require(try reader.record(claim, as: Claim.self))
      #expect(one.statement == "One." && one.source == paper && one.isNegated && one.tags == ["a", "b"])
      #expect(one.status == "proposed" && one.via == nil && one.qualifiers.isEmpty && !one.isDeleted)
      let assessment = try #require(try reader.all(Assessment.self, on: claim).first)
      #expect(assessment.claim == claim && assessment.stance == "disputes" && assessment.body == "No.")
      let evidence = try #require(try reader.all(Evidence.self, on: assessment.id).first)
      #expect(evidence.target == assessment.id && evidence.source == paper && evidence.strength == "weak")
      let note = try #require(try reader.all(Annotation.self, on: claim).first)
      #expect(note.target == claim && note.body == "Why?" && note.motivation == "questioning" && note.tags == ["check"])
      let link = try #require(try reader.all(Link.self, on: claim).first)
      #expect(link.type == "refines" && link.from == other && link.to == claim)
      let term = try #require(try reader.all(Term.self).first)
      #expect(term.curie == lcn2.text && term.label == "LCN2" && term.synonyms == ["NGAL"])
      try #expect(reader.record(one.curator, as: Curator.self)?.name == "Ada")
    }
  }

  @Test("A filter holds, and its kinds do not count")
  func filters() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let claims = try store.write { writer in
      try ["One.", "Two."].map { try writer.addClaim($0, sets: ["tags": [$0 == "One." ? "first" : "second"]]).id }
    }
    try store.write { try $0.delete(claims[1]) }
    try store.read { reader in
      var filter = RecordFilter()
      filter.kinds = [.source]
      try #expect(reader.all(Claim.self, matching: filter).map(\.id) == [claims[0]])
      filter.tags = ["second"]
      try #expect(reader.all(Claim.self, matching: filter).isEmpty)
      try #expect(reader.record(claims[1], as: Claim.self)?.isDeleted == true)
    }
  }

  @Test("A record of another kind, or without what it stands on, is no view")
  func refuses() throws {
    let id = try #require(RecordID(uuid: "3f9a1c00-0000-4000-8000-000000000000"))
    let record = Record(
      kind: .link, id: id, fields: ["type": .text("refines"), "from": .record(id)], curator: id,
      createdMilliseconds: 0, modifiedMilliseconds: 0, isDeleted: false)
    #expect(Link(record) == nil && Claim(record) == nil && Annotation(record) == nil)
  }
}
