import AnnotationStore
import Foundation
import Testing

@Suite("Sheets on the command line")
struct SheetTests {
  private let harness: CommandLineHarness

  init() throws {
    harness = try CommandLineHarness()
    try harness.succeed(["add", "claim", "LCN2 is raised in serum of patients.", "--tag", "serum"])
    try harness.succeed(["add", "claim", "MMP9 is raised as well."])
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(harness.directory)/\(name)", encoding: .utf8)
  }

  @Test("A sheet goes out, is edited, shows its difference and comes back")
  func roundTrip() throws {
    let exported = try harness.succeed(["export", "--format", "tsv", "-o", "claims.tsv"])
    #expect(exported.stdout.hasSuffix("claims.tsv  2 claims\n"))
    let sheet = try text("claims.tsv")
    let edited = sheet.replacing("raised in serum", with: "high in serum").replacing("proposed", with: "accepted")
    try harness.file("claims.tsv", edited.utf8)
    let before = try harness.fingerprint()
    try harness.file("same.tsv", sheet.utf8)
    let nothing = try harness.succeed(["import", "same.tsv", "--dry-run"])
    #expect(nothing.stdout == "nothing new in same.tsv\n  2 rows unchanged\n" && !nothing.stderr.contains("next:"))
    let dry = try harness.succeed(["import", "claims.tsv", "--dry-run"])
    #expect(dry.stdout.contains("line 2  c:") && dry.stdout.contains("LCN2 is [-raised-] {+high+} in serum"))
    #expect(dry.stdout.contains("status       proposed → accepted") && dry.stdout.contains("  2 edited\n"))
    #expect(dry.stderr.contains("next: the same without --dry-run imports it\n"))
    #expect(try harness.fingerprint() == before)
    let done = try harness.succeed(["import", "claims.tsv", "--json"])
    let report = try #require(done.objects.first?["sheet"] as? [String: Any])
    #expect(report["counts"] as? [String: Int] == ["edit": 2] && report["exported_known"] as? Bool == true)
    #expect((report["rows"] as? [[String: Any]])?.count == 2)
    let again = try harness.succeed(["import", "claims.tsv"])
    #expect(again.stdout.contains("nothing new in claims.tsv") && again.stdout.contains("  2 taken before\n"))
  }

  @Test("A conflict is named with both values, and how to decide it")
  func conflict() throws {
    try harness.succeed(["export", "--format", "tsv", "-o", "claims.tsv", "--tag", "serum"])
    let sheet = try text("claims.tsv")
    let claim = try #require(
      sheet.split(separator: "\n").dropFirst().first?.split(separator: "\t").first.map(String.init))
    try harness.file("claims.tsv", sheet.replacing("proposed", with: "accepted").utf8)
    try harness.succeed(["edit", claim, "--set", "status=rejected"])
    let output = try harness.succeed(["import", "claims.tsv"])
    #expect(output.stdout.contains("status       accepted in the sheet, rejected here, was proposed"))
    #expect(output.stderr.contains("next: variorum conflicts\n"))
    #expect(try harness.run(["status", "--check"]).status == 3)
  }

  @Test("Rows that are gone are told, and deleted where that is wanted")
  func missing() throws {
    try harness.succeed(["export", "--format", "tsv", "-o", "claims.tsv"])
    let lines = try text("claims.tsv").split(separator: "\n", omittingEmptySubsequences: false)
    try harness.file("claims.tsv", ([lines[0]] + lines[2...]).joined(separator: "\n").utf8)
    let told = try harness.succeed(["import", "claims.tsv"])
    #expect(told.stdout.contains("  gone  ") && told.stdout.contains("1 gone from the sheet"))
    #expect(told.stderr.contains("a row is gone from the sheet; the records stay (--retract-missing deletes"))
    #expect(try harness.succeed(["list", "claims"]).lines.count == 2)
    try harness.succeed(["import", "claims.tsv", "--retract-missing"])
    #expect(try harness.succeed(["list", "claims"]).lines.count == 1)
  }

  @Test("A workbook is written to a file, and the kinds are those of sheets")
  func kinds() throws {
    let refused = try harness.run(["export", "--format", "xlsx", "--kind", "sources", "-o", "s.xlsx"])
    #expect(refused.status == 2 && refused.stderr.contains("XLSX has no sources"))
    try harness.succeed(["export", "--format", "xlsx", "--kind", "assessments", "-o", "a.xlsx"])
    let unchanged = try harness.succeed(["import", "a.xlsx"])
    #expect(unchanged.stdout == "nothing new in a.xlsx\n  0 rows unchanged\n")
    try harness.file("b.xlsx", [0x50, 0x4B, 3, 4, 0])
    let damaged = try harness.run(["import", "b.xlsx"])
    #expect(
      damaged.status == 4 && damaged.stderr.contains("b.xlsx: not valid XLSX: it is no workbook, or it is cut off"))
  }
}
