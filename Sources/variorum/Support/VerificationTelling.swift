import AnnotationStore

/// Tells what a verification found.
struct VerificationTelling {
  let console: Console
  private static let limit = 20

  /// Runs it with a progress bar.
  func verify(_ store: Store) throws -> VerificationReport {
    let progress = console.progress(total: 1, what: "verified")
    defer { progress.finish() }
    return try store.verify { done, total in progress.update(done, of: total) }
  }

  /// The report for people.
  func write(_ report: VerificationReport) {
    let what =
      "\(counted(report.changes, "change")) in \(counted(report.logs, "log")), \(counted(report.seals, "seal"))"
    if report.isSound {
      let text =
        "\(console.style("sound", .green)): \(what); hashes, chains, signatures and the derived state are right"
      for line in wrapped(text, width: console.width) { console.data(line) }
    } else {
      console.data("\(console.style("not sound", .red)): \(what)")
    }
    list(report.problems, "problem", .red)
    list(report.warnings, "warning", .yellow)
  }

  private func list(_ items: [String], _ word: String, _ style: Style) {
    for item in items.prefix(Self.limit) { console.data("  \(console.style(word, style)): \(item)") }
    if items.count > Self.limit { console.data("  … \(items.count - Self.limit) more \(word)s (--json has all)") }
  }

  /// The report for scripts.
  static func value(_ report: VerificationReport) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("sound", .bool(report.isSound)), .init("changes", .int(Int64(report.changes))),
      .init("logs", .int(Int64(report.logs))), .init("seals", .int(Int64(report.seals))),
      .init("problems", .array(report.problems.map(CBORValue.text))),
      .init("warnings", .array(report.warnings.map(CBORValue.text))),
    ])
  }

  /// - Throws: ``CLIError/failed(_:)`` where something is wrong.
  static func check(_ report: VerificationReport) throws {
    if report.isSound { return }
    throw CLIError.failed(
      "the store is not sound: \(counted(report.problems.count, "problem")) "
        + "(keep the file, restore a backup, or try variorum doctor --rebuild where only a table is wrong)")
  }

  private func counted(_ count: Int, _ word: String) -> String { Self.counted(count, word) }
  private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
