import Foundation
import Testing

@testable import Interchange

@Suite struct PaperRecordTests {
  /// A made-up record of the shape.
  static let sample = """
    # Ferritin in the  ageing worm

    **Authors:** Ada Lovelace, Ben Franklin

    PMC · DOI: 10.1000/worm.1 · Journal of Worms · 2024-05-06

    ## TL;DR

    Short.

    ## Key findings

    - FTN-1 rises in old worms, and iron
      rises with it.
    - Nothing als happens.
    * ALS-like paralysis follows.

    ## Linked entities

    - **Genes:** ftn-1 (ferritin 1) [NCBI Gene 179138], odd gene
    - **Diseases:** amyotrophic lateral sclerosis (MONDO:0004976), ALS (MONDO:0004976)
    - **Proteins:** FTN1 (ferritin)

    ## Full-text entities

    - **Genes:** ftn-1 (ferritin 1) [NCBI Gene 179138] {aka C54F6.14, FER}
    - **Chemicals:** iron (MESH:D007501), N,N-thing (CHEBI:1, but not one), lipid (MESH:D008055)
    - **Species:** Caenorhabditis elegans (roundworm, species) [taxon 6239] indeed

    Loose text.

    ## Weather

    Fine.

    ---
    Source: https://example.org/paper/PMC7654321
    """

  @Test func readsTheSource() throws {
    let draft = try read(Self.sample, "w.md")
    #expect(draft.problems.isEmpty)
    let source = try #require(draft.sources.first)
    #expect(source.title == "Ferritin in the ageing worm")
    #expect(source.authors == ["Ada Lovelace", "Ben Franklin"])
    #expect(source.doi == "10.1000/worm.1" && source.pmcid == "PMC7654321" && source.pmid == nil && source.url == nil)
    #expect(source.container == "Journal of Worms" && source.issued == "2024-05-06")
    #expect(
      source.entities == ["NCBIGene:179138", "MONDO:0004976", "MESH:D007501", "MESH:D008055", "NCBITaxon:6239"])
  }

  @Test func findingsBecomeClaims() throws {
    let claims = try read(Self.sample, "w.md").claims
    #expect(claims.map(\.statement).first == "FTN-1 rises in old worms, and iron rises with it.")
    #expect(claims.map(\.place.line) == [13, 15, 16])
    #expect(claims.allSatisfy { $0.via == "paper summary record, https://example.org/paper/PMC7654321" })
    #expect(claims.allSatisfy { $0.quote == nil && $0.source == "DOI:10.1000/worm.1" })
    #expect(claims.map(\.entities) == [["NCBIGene:179138", "MESH:D007501"], [], ["MONDO:0004976"]])
  }

  @Test func entitiesBecomeTerms() throws {
    let terms = try read(Self.sample, "w.md").terms
    #expect(
      terms.map(\.label) == ["ftn-1", "amyotrophic lateral sclerosis", "iron", "lipid", "Caenorhabditis elegans"])
    #expect(terms.map(\.type) == ["gene", "disease", "chemical", "chemical", "species"])
    #expect(
      terms.map(\.synonyms) == [["ferritin 1", "C54F6.14", "FER"], ["ALS"], [], [], ["roundworm"]])
  }

  @Test func saysWhatIsLeftOut() throws {
    let lines = try read(Self.sample, "w.md").leftOut
    #expect(
      lines == [
        "TL;DR (line 7, 6 characters): a third party's summary of the whole, no single finding",
        "Full-text entities, line 30: text that is no item of the list: \"Loose text.\"",
        "Weather (line 32, 5 characters): a section that import does not know",
        "Linked entities, Genes, line 20: \"odd gene\" has no identifier",
        "Linked entities, Proteins, line 22: \"FTN1 (ferritin)\" has no identifier",
        "Full-text entities, Chemicals, line 27: \"N,N-thing (CHEBI:1, but not one)\" has no identifier",
        "Full-text entities, Species, line 28: after \"Caenorhabditis elegans\" the text \"indeed\" is not understood",
      ])
  }

  @Test func toleratesAnotherOrderAndMissingParts() throws {
    let text = """
      # T
      ## Key findings
      1. One.
      2) Two.
      ## Nothing
      """
    let bare = try read(text, "w.md")
    #expect(bare.claims.isEmpty && bare.sources.isEmpty && bare.problems.first?.place == Place(line: 1))
    let other = try read("# T\n**DOI:** 10.1/a\n**Journal:** J\nPMID: 123 · PMC 99\nPublished: 3 May 2020\n", "w.md")
    #expect(
      other.sources == [
        SourceDraft(
          place: Place(line: 1), doi: "10.1/a", pmid: "123", pmcid: "PMC99", title: "T", container: "J",
          issued: "2020-05-03")
      ])
    let numbered = try read(text + "\n---\nSource: https://example.org/p/1", "w.md")
    #expect(numbered.claims.map(\.statement) == ["One.", "Two."])
    #expect(numbered.sources.first?.url == "https://example.org/p/1")
  }

  @Test func refusesWhatIsNoRecord() {
    #expect(refusal("Just text", "w.md").contains("no title"))
  }

  @Test func wordsMatchWhole() {
    let terms = [
      TermDraft(place: Place(line: 1), curie: "A:1", label: "iron"),
      TermDraft(place: Place(line: 1), curie: "A:2", label: "ALS", synonyms: ["motor neuron disease"]),
      TermDraft(place: Place(line: 1), curie: "A:3", label: "x", synonyms: ["Interleukin-6"]),
    ]
    let matcher = EntityMatcher(terms)
    #expect(matcher.entities(in: "Iron-dependent, environmental") == ["A:1"])
    #expect(matcher.entities(in: "als (motor  neuron disease)") == ["A:2"])
    #expect(matcher.entities(in: "x and interleukin 6") == ["A:3"])
    #expect(matcher.entities(in: "ironic ALSO") == [])
  }

  @Test(.enabled(if: SharedData.paperRecord != nil, "needs the paper record; set VARIORUM_SHARED"))
  func readsTheRealRecord() throws {
    let data = try #require(SharedData.paperRecord)
    let draft = try Format.parse(Array(data), name: "PMC12528097.md")
    #expect(draft.problems.isEmpty)
    #expect(draft.sources.first?.doi == "10.3389/fnagi.2025.1672903")
    #expect(draft.sources.first?.pmcid == "PMC12528097" && draft.sources.first?.issued == "2025-10-02")
    #expect(draft.sources.first?.container == "Frontiers in Aging Neuroscience")
    #expect(draft.sources.first?.authors == ["Zhuoya Wang", "Wen Cao", "Dongsheng Fan"])
    #expect(draft.claims.count == 3)
    #expect(draft.claims.allSatisfy { $0.entities.contains("NCBIGene:3934") && $0.entities.contains("MONDO:0004976") })
    #expect(draft.claims.map { $0.entities.contains("MESH:D007501") } == [false, true, false])
    #expect(draft.terms.count == 13)
    #expect(draft.terms.first?.synonyms == ["lipocalin 2", "24p3", "MSFI", "NGAL", "p25"])
    #expect(draft.leftOut.count == 7, "\(draft.leftOut)")
  }
}
