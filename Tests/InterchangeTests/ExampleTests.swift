import Foundation
import Testing

@testable import Interchange

/// The data in Examples reads without a problem and hangs together.
@Suite struct ExampleTests {
  private static func example(_ name: String) throws -> ImportDraft {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: root.appendingPathComponent("Examples/lcn2-als/\(name)"))
    let draft = try Format.parse(Array(data), name: name)
    #expect(draft.problems.isEmpty && !draft.isEmpty, "\(name): \(draft.problems)")
    return draft
  }

  @Test func sourcesHaveWhatTheyNeed() throws {
    let paper = try #require(try Self.example("paper.csl.json").sources.first)
    #expect(paper.doi == "10.3389/fnagi.2025.1672903" && paper.pmcid == "PMC12528097" && paper.issued == "2025-10-02")
    #expect(paper.authors == ["Wang, Zhuoya", "Cao, Wen", "Fan, Dongsheng"])
    let references = try Self.example("references.bib").sources
    #expect(references.count == 9)
    #expect(references.allSatisfy { $0.doi != nil && $0.title != nil && $0.container != nil && !$0.authors.isEmpty })
    #expect(references.flatMap(\.authors).contains("Naudé, Petrus J. W."))
    #expect(references.flatMap(\.authors).contains("Al Nimer, Faiez"))
  }

  @Test func claimsHangTogether() throws {
    let ada = try Self.example("claims-ada.tsv").claims
    let ben = try Self.example("claims-ben.tsv").claims
    let claims = ada + ben
    #expect(Set(claims.map(\.statement)).count >= 30)
    #expect(claims.allSatisfy { $0.statement.count <= 200 && $0.quote == nil })
    #expect(Set(ada.map(\.statement)).intersection(ben.map(\.statement)).count == 2)
    #expect(claims.count { $0.note != nil } >= 8)
    let papers = try Self.example("paper.csl.json").sources + Self.example("references.bib").sources
    let references = Set(papers.compactMap(\.reference))
    #expect(claims.allSatisfy { $0.source.map(references.contains) == true })
    #expect(references.isSubset(of: claims.compactMap(\.source)))
    let terms = try Self.example("terms.tsv").terms
    let named = Set(terms.map(\.curie))
    #expect(named.count == terms.count)
    for claim in claims {
      let curies = [claim.subject, claim.predicate, claim.object].compactMap { $0 } + claim.entities
      #expect(
        curies.count >= 3 && (curies + claim.qualifiers.map(\.curie)).allSatisfy(named.contains), "\(claim.place)")
    }
  }
}
