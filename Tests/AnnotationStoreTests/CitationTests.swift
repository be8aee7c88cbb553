import AnnotationStore
import Testing

@Suite("Citations")
struct CitationTests {
  private func source(_ fields: [String: FieldContent]) -> Record {
    let id = RecordID([UInt8](repeating: 7, count: 16)) ?? DerivedID.link(type: "", from: Self.none, to: Self.none)
    return Record(
      kind: .source, id: id, fields: fields, curator: id, createdMilliseconds: 0, modifiedMilliseconds: 0,
      isDeleted: false)
  }

  private static let none = RecordID(derivedFrom: .null)

  @Test("Who and when, where, and the identifier")
  func line() {
    let citation = Citation(
      source([
        "authors": .texts(["Zhuoya Wang", "Wen Cao", "Dongsheng Fan"]), "issued": .text("2025-10-02"),
        "container": .text("Frontiers in Aging Neuroscience"), "doi": .text("10.3389/fnagi.2025.1672903"),
      ]))
    #expect(citation.line == "Wang et al. 2025, Frontiers in Aging Neuroscience, doi:10.3389/fnagi.2025.1672903")
  }

  @Test(
    "The family name, however the author is written",
    arguments: [
      (["Bi, Fangfang"], "Bi"), (["Bi F", "Xia XG"], "Bi & Xia"), (["Ludwig van Beethoven"], "Beethoven"),
      (["The ALS Consortium"], "Consortium"), (["Plato"], "Plato"), ([], "source 070707"),
    ])
  func names(_ authors: [String], _ told: String) {
    #expect(Citation(source(["authors": .texts(authors)])).short == told)
  }

  @Test("Without authors the title, without that the identifier")
  func poor() {
    #expect(Citation(source(["title": .text("A title"), "doi": .text("10.1/x")])).line == "A title, doi:10.1/x")
    #expect(Citation(source(["pmid": .text("123")])).line == "pmid:123")
  }
}
