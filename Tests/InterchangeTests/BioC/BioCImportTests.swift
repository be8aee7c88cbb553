import AnnotationStore
import Testing

@testable import Interchange

@Suite struct BioCImportTests {
  private static func document(_ mention: String, _ offset: Int, _ length: Int, text: String = "µ-opioid 👍 LCN2 in ALS")
    -> String
  {
    """
    {"documents":[{"id":"PMC12","infons":{"article-id_doi":"10.1000/X"},"passages":[{"offset":0,
     "infons":{"type":"title"},"text":"\(text)","annotations":[{"id":"1","infons":{"type":"Gene",
     "identifier":"3934;10090(Tax:9606)"},"text":"\(mention)","locations":[{"offset":\(offset),"length":\(length)}]}]}]}]}
    """
  }

  @Test func aMentionBecomesAnAnnotation() throws {
    let place = try Workplace()
    try place.take(Self.document("LCN2", 11, 4), "x.json")
    let source = try #require(try place.all(.source).first)
    #expect(source.text("doi") == "10.1000/x" && source.text("pmcid") == "PMC12")
    #expect(source.text("title") == "µ-opioid 👍 LCN2 in ALS")
    #expect(source.elements("entities") == ["NCBIGene:10090", "NCBIGene:3934"])
    let note = try #require(try place.all(.annotation).first)
    #expect(note.reference("target") == source.id && note.text("motivation") == "identifying")
    #expect(note.text("body") == "LCN2" && note.elements("tags") == ["Gene", "NCBIGene:10090", "NCBIGene:3934"])
    let selector = try #require(note.selector)
    #expect(selector.exact == "LCN2" && selector.start == 11 && selector.end == 15)
    #expect(selector.prefix == "µ-opioid 👍 " && selector.suffix == " in ALS")
  }

  @Test(arguments: [(11, BioCUnit.scalars), (12, .utf16), (15, .utf8)])
  func tellsTheUnit(_ offset: Int, _ unit: BioCUnit) throws {
    let draft = try read(Self.document("LCN2", offset, 4), "x.json")
    #expect(draft.problems.isEmpty)
    #expect(draft.leftOut.contains { $0.contains(unit.words) } == (unit != .scalars))
    guard case .selector(let selector)? = draft.records.first?.fields["selector"] else {
      Issue.record("no selector")
      return
    }
    #expect(selector.start == 11 && selector.end == 15)
  }

  @Test func aWrongPlaceIsToldAndNotCorrected() throws {
    let draft = try read(Self.document("LCN2", 9, 4), "x.json")
    #expect(draft.problems.isEmpty)
    #expect(draft.leftOut.contains { $0.contains("2 characters after it") })
    guard case .selector(let selector)? = draft.records.first?.fields["selector"] else {
      Issue.record("no selector")
      return
    }
    #expect(selector.exact == "LCN2" && selector.start == nil && selector.end == nil)
    let missing = try read(Self.document("FGF2", 9, 4), "x.json")
    #expect(missing.records.isEmpty && missing.problems.count == 1)
    #expect(missing.problems[0].message.contains("\"FGF2\" is not at offset 9"))
    #expect(missing.problems[0].place.line == 1)
  }

  @Test(arguments: [
    ("3934", "Gene", ["NCBIGene:3934"]), ("MESH:D000690", "Disease", ["MESH:D000690"]),
    ("D000690", "Disease", ["MESH:D000690"]), ("9606", "Species", ["NCBITaxon:9606"]),
    ("*9606", "Species", []), ("CVCL_0030", "CellLine", ["Cellosaurus:CVCL_0030"]),
    ("CVCL:0030", "CellLine", ["Cellosaurus:CVCL_0030"]), ("-", "Gene", []), ("-1", "Gene", []),
    ("rs113488022", "SNP", ["dbSNP:rs113488022"]),
    (
      "tmVar:p|SUB|V|600|E;HGVS:p.V600E;VariantGroup:0;CorrespondingGene:673;RS#:113488022", "ProteinMutation",
      ["dbSNP:rs113488022"]
    ),
    ("3934|16819", "Gene", ["NCBIGene:3934", "NCBIGene:16819"]), ("3934(Tax:9606)", "Gene", ["NCBIGene:3934"]),
    ("NCBI Gene:3934", "Gene", ["NCBIGene:3934"]), ("CHEBI:15377", "Chemical", ["CHEBI:15377"]),
    ("OMIM:105400;MESH:D000690", "Disease", ["OMIM:105400", "MESH:D000690"]),
    ("HGVS:p.(V600E)", "Gene", ["HGVS:p.(V600E)"]),
  ])
  func mapsIdentifiers(_ identifier: String, _ type: String, _ expected: [String]) {
    #expect(BioCIdentifiers.curies(identifier, type: type) == expected)
  }

  @Test func readsWhatPubTatorsServiceAnswers() throws {
    let text = #"""
      {"PubTator3": [{"_id": "7|None", "id": "7", "infons": {}, "passages": [{"infons": {"type": "title"}, "offset": 0,
        "text": "LCN2", "sentences": [], "annotations": [{"id": "2", "infons": {"identifier": "3934", "type": "Gene",
        "valid": true, "normalized": [3934], "database": "ncbi_gene", "accession": "@GENE_LCN2"}, "text": "LCN2",
        "locations": [{"offset": 0, "length": 4}]}], "relations": []}], "relations": [], "pmid": 7, "pmcid": null,
        "meta": {}, "date": "2020-03-01T00:00:00Z", "journal": "J", "authors": ["Ng A"], "relations_display": []}]}
      """#
    let draft = try read(text, "x.json")
    let source = try #require(draft.sources.first)
    #expect(
      source.pmid == "7" && source.authors == ["Ng A"] && source.issued == "2020-03-01" && source.container == "J")
    #expect(draft.records.count == 1 && draft.problems.isEmpty)
    #expect(draft.leftOut == ["parts of BioC JSON that no record has a place for: meta (1), relations_display (1)"])
  }

  @Test func aChangedTagChangesTheIdentifier() throws {
    let place = try Workplace()
    try place.take(Self.document("LCN2", 11, 4), "x.json")
    let note = try #require(try place.all(.annotation).first)
    try place.store.write { try $0.setElement(note.id, "tags", "NCBIGene:10090", isPresent: false) }
    #expect(try place.exported(.biocJSON).text.contains(#""identifier":"NCBIGene:3934""#))
    try place.store.write { try $0.delete(note.id) }
    #expect(try !place.exported(.biocJSON).text.contains("identifier"))
  }

  @Test func aPaperKnownByAnotherIdentifierKeepsIt() throws {
    let place = try Workplace()
    try place.take(#"[{"PMID":"7","title":"t"}]"#, "a.json")
    let known = try #require(try place.all(.source).first).id
    try place.store.write { try $0.set(known, "doi", to: .text("10.1000/x")) }
    try place.take(Self.document("LCN2", 11, 4), "x.json")
    #expect(try place.all(.source).count == 1)
    #expect(try place.all(.annotation).map { $0.reference("target") } == [known])
    let again = try place.take(Self.document("LCN2", 11, 4), "x.json")
    #expect(again.isWithoutEffect)
  }

  @Test func aLongDocumentKeepsItsMentions() throws {
    let text = "LCN2 " + String(repeating: "x", count: BioCOrigin.sizeLimit)
    let draft = try read(Self.document("LCN2", 0, 4, text: text), "x.json")
    #expect(draft.sources.first?.origin == nil && draft.records.count == 1)
    #expect(draft.leftOut.contains { $0.contains("more than 256 KiB") })
  }

  @Test(arguments: [
    ("<collection><document></collection>", "not well-formed XML"), ("<a/>", "BioC begins with <collection>"),
    (
      "<collection><document><id>1</id><passage><offset>x</offset></passage></document></collection>",
      "an offset should"
    ),
    ("<!DOCTYPE a [<!ENTITY b \"c\">]><collection/>", "line 1, column 14: not valid BioC XML: it declares entities"),
    (String(repeating: "<collection>", count: 20), "nested deeper"), ("<collection><document>", "not well-formed XML"),
    ("<collection>&a;</collection>", "not well-formed XML"), ("<!-- -->", "not well-formed XML"),
  ])
  func refusesBrokenXML(_ text: String, _ start: String) {
    let message = refusal(text, "a.xml")
    #expect(message.contains(start) && message.hasPrefix("line 1, column"), "\(message)")
  }

  @Test(arguments: [
    ("7|a|x\n", "line 1, column 1"), ("7|t|x\n7\t1\n", "line 2"), ("7|t|x\n8\t0\t1\tx\tGene\t1\n", "line 2, column 1"),
    ("7|t|x\n7\t5\t1\tx\tGene\t1\n", "line 2, column 3"), ("7|t|x\n8|a|y\n", "line 2, column 1"),
  ])
  func refusesBrokenPubTator(_ text: String, _ start: String) {
    #expect(refusal(text, "a.pubtator").hasPrefix(start + ": not valid PubTator"))
  }

  @Test(arguments: [
    (#"{"a":1}"#, "a BioC collection has"), (#"{"documents":[{"passages":[{"offset":-1}]}]}"#, "offset of a passage"),
    (#"{"documents":[{"passages":5}]}"#, "passages of document"), (#"{"documents":[7]}"#, "a document that is not"),
  ])
  func refusesBrokenJSON(_ text: String, _ reason: String) throws {
    let message = refusal(text, "a.bioc")
    #expect(message.contains(reason) && message.hasPrefix("line 1"), "\(message)")
  }

  @Test func isDetected() {
    func format(_ name: String, _ text: String) -> Format? { Format.detect(name: name, start: Array(text.utf8)) }
    #expect(format("a.json", Self.document("a", 0, 1)) == .biocJSON && format("-", "{\"PubTator3\": []}") == .biocJSON)
    #expect(format("-", "<?xml version=\"1.0\"?><!DOCTYPE collection SYSTEM \"BioC.dtd\">") == .biocXML)
    #expect(format("-", "<html>") == nil && format("-", "41106724|t|Title\n") == .pubtator)
    #expect(format("a.json", "[{\"title\":\"documents\"}]") == .cslJSON)
  }
}
