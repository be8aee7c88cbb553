import AnnotationStore
import Foundation
import Testing

@Suite("variorum add")
struct AddTests {
  @Test("A source by its DOI, with everything that is known of it")
  func source() throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed([
      "add", "source", "--doi", "https://doi.org/10.3389/FNAGI.2025.1672903", "--pmcid", "PMC12528097", "--title",
      "LCN2 in ALS", "--author", "Wang, Z", "--author", "Li, Y", "--container", "Front", "--issued", "2025-10",
      "--retracted", "--entity", "NCBIGene:3934",
    ])
    #expect(output.stdout.hasPrefix("s:"))
    #expect(output.stderr == "next: variorum add claim TEXT --source \(output.shortID)\n")
    let record = try harness.record(output.shortID)
    #expect(record.text("doi") == "10.3389/fnagi.2025.1672903")
    #expect(record.text("pmcid") == "PMC12528097")
    #expect(record.texts("authors") == ["Wang, Z", "Li, Y"])
    #expect(record.text("issued") == "2025-10")
    #expect(record.flag("retracted") == true)
    #expect(record.elements("entities") == ["NCBIGene:3934"])
  }

  @Test("Adding a paper again adds nothing")
  func sourceAgain() throws {
    let harness = try CommandLineHarness()
    let first = try harness.succeed(["add", "source", "--doi", "10.1000/a"])
    let before = try harness.fingerprint()
    let again = try harness.succeed(["add", "source", "--doi", "doi:10.1000/A"])
    #expect(again.shortID == first.shortID)
    #expect(again.stdout.contains("unchanged"))
    let json = try harness.succeed(["add", "source", "--doi", "10.1000/a", "--json"])
    #expect(json.objects.first?["change"] is NSNull)
    #expect(try harness.fingerprint() == before)
  }

  @Test("What a paper that is there lacks is filled in, and what differs is told with the command that takes it")
  func sourceFilledIn() throws {
    let harness = try CommandLineHarness()
    let source = try harness.succeed(["add", "source", "--doi", "10.1000/a", "--issued", "2024"]).shortID
    let filled = try harness.succeed([
      "add", "source", "--doi", "10.1000/a", "--pmid", "5", "--title", "It's so", "--author", "Li, Y", "--entity",
      "A:1",
    ])
    #expect(filled.stdout.hasPrefix("\(source)  filled in pmid, title, authors, entities: "))
    let record = try harness.record(source)
    #expect(
      record.text("pmid") == "5" && record.texts("authors") == ["Li, Y"] && record.elements("entities") == ["A:1"])
    let before = try harness.fingerprint()
    let differing = try harness.succeed([
      "add", "source", "--doi", "10.1000/a", "--title", "It isn't", "--author", "Wang, Z", "--author", "Li, Y",
      "--issued", "2024",
    ])
    #expect(differing.stdout.hasPrefix("\(source)  unchanged, the source is there: "))
    #expect(try harness.fingerprint() == before)
    #expect(differing.stderr.contains("not taken: title \"It isn't\", for here it is \"It's so\"\n"))
    #expect(differing.stderr.contains("not taken: authors \"Wang, Z; Li, Y\", for here it is \"Li, Y\"\n"))
    let command = try #require(differing.stderr.split(separator: "\n").last { $0.hasPrefix("next: variorum edit") })
    try harness.file("typed.sh", "\"$VARIORUM\" \(command.dropFirst("next: variorum ".count))\n".utf8)
    #expect(try harness.run(["typed.sh"], through: "/bin/sh").status == 0)
    let now = try harness.record(source)
    #expect(now.text("title") == "It isn't" && now.texts("authors") == ["Wang, Z", "Li, Y"])
  }

  @Test(
    "The statement of a claim, given in any way",
    arguments: [["LCN2 is raised."], ["--body", "LCN2 is raised."], ["--body-file", "-"], ["--body", "-"], ["-"]])
  func statement(_ arguments: [String]) throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed(["add", "claim"] + arguments, input: Array("LCN2 is raised.\n".utf8))
    #expect(try harness.record(output.shortID).text("statement") == "LCN2 is raised.")
  }

  @Test("A claim with its quote, its CURIEs and its tags")
  func claim() throws {
    let harness = try CommandLineHarness()
    let source = try harness.succeed(["add", "source", "--pmid", "41000001"]).shortID
    let output = try harness.succeed([
      "add", "claim", "LCN2 is raised.", "--source", source, "--quote", "was increased", "--prefix", "LCN2 ",
      "--suffix",
      ".", "--via", "key findings", "--subject", "NCBIGene:3934", "--predicate", "RO:0002610", "--object",
      "MONDO:0004976", "--negated", "--status", "under-review", "--qualifier", "tissue=UBERON:0002240", "--entity",
      "NCBIGene:3934", "--tag", "biomarker", "--tag", "csf",
    ])
    let record = try harness.record(output.shortID)
    #expect(record.text("statement") == "LCN2 is raised.")
    #expect(record.reference("source") == (try harness.record(source).id))
    #expect(record.selector == Selector(exact: "was increased", prefix: "LCN2 ", suffix: "."))
    #expect(record.text("status") == "under-review")
    #expect(record.flag("negated") == true)
    #expect(record.elements("qualifiers") == ["tissue=UBERON:0002240"])
    #expect(record.elements("tags") == ["biomarker", "csf"])
    #expect(output.stderr.contains("variorum assess \(output.shortID)"))
  }

  @Test("A statement from stdin and from the editor; the source by its identifier")
  func statement() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["add", "source", "--doi", "10.1000/a"])
    let piped = try harness.succeed(["add", "claim", "-", "--source", "10.1000/a"], input: Array("Zażółć\n".utf8))
    #expect(try harness.record(piped.shortID).text("statement") == "Zażółć")
    #expect(try harness.record(piped.shortID).reference("source") != nil)
    let written = try harness.succeed(
      ["add", "claim"], environment: try harness.editor("echo 'From the editor' > \"$1\""))
    #expect(try harness.record(written.shortID).text("statement") == "From the editor")
    #expect(try harness.temporaryFiles().isEmpty)
  }

  @Test("A claim in JSON is one object of the shape that scripts rely on")
  func json() throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed(["add", "claim", "x", "--json"])
    let object = try #require(output.objects.first)
    #expect(object.keys.sorted() == ["change", "id", "kind", "schema"])
    #expect(object["kind"] as? String == "claim")
    #expect(try harness.record(try #require(object["id"] as? String)).kind == .claim)
    #expect(output.stderr.isEmpty)
  }

  @Test("A term")
  func term() throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed([
      "add", "term", "NCBIGene:3934", "LCN2", "--type", "gene", "--synonym", "lipocalin-2", "--synonym", "NGAL",
    ])
    let record = try harness.record(output.shortID)
    #expect(record.text("label") == "LCN2")
    #expect(record.text("type") == "gene")
    #expect(record.elements("synonyms") == ["NGAL", "lipocalin-2"])
    let before = try harness.fingerprint()
    let again = try harness.succeed(["add", "term", "NCBIGene:3934", "Other"])
    #expect(again.stdout.contains("unchanged"))
    #expect(again.stderr.contains("next: variorum edit \(output.shortID) --set label=Other\n"))
    #expect(try harness.fingerprint() == before)
    let filled = try harness.succeed(["add", "term", "NCBIGene:3934", "LCN2", "--synonym", "24p3"])
    #expect(filled.stdout.contains("filled in synonyms: NCBIGene:3934 is LCN2"))
    #expect(try harness.record(output.shortID).elements("synonyms") == ["24p3", "NGAL", "lipocalin-2"])
  }
}
