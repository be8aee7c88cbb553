import AnnotationStore
import Interchange

/// What an export wrote, told to people or to scripts.
struct ExportSummary {
  let report: ExportReport
  let path: String?
  let console: Console

  init(_ report: ExportReport, path: String?, console: Console) {
    self.report = report
    self.path = path
    self.console = console
  }

  /// Tells it: on stdout where the data went to a file, else beside it.
  func put() {
    if path != nil, console.isJSON { return console.json(value) }
    let line = [path, counted].compactMap { $0 }.joined(separator: "  ")
    if path == nil { console.message("\(line) written") } else { console.data(line) }
    for (what, count) in report.leftOut {
      console.message("left out: \(what)" + (count > 1 ? " (\(count) times)" : ""))
    }
  }

  private var counted: String {
    if let changes = report.changeCount { return "\(changes) change\(changes == 1 ? "" : "s")" }
    let kinds = report.written.ordered.map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }
    return kinds.isEmpty ? "no record" : kinds.joined(separator: ", ")
  }

  private var value: CBORValue {
    let counts = report.written.ordered.map { CBORValue.Entry($0.kind.rawValue, .int(Int64($0.count))) }
    return .map([
      .init("schema", .int(1)), .init("path", path.map { .text($0) } ?? .null),
      .init("format", .text(report.format.rawValue)),
      report.changeCount.map { .init("changes", .int(Int64($0))) } ?? .init("records", .map(counts)),
      .init("bytes", .int(Int64(report.byteCount))),
      .init(
        "left_out",
        .array(report.leftOut.map { .map([.init("what", .text($0.what)), .init("count", .int(Int64($0.count)))]) })),
    ])
  }
}
