import AnnotationStore
import Foundation
import SyncTransports
import Testing

@testable import Interchange

/// A sheet as it lies in a spreadsheet: rows of cells by the names of their columns, edited and imported again.
struct Desk {
  var header: [String]
  var rows: [[String]]
  /// The rows that list what was exported.
  var list: [[String]]

  /// Exports a sheet, and reads it as a program that knows nothing of us would.
  init(_ store: Store, _ kind: Kind = .claim, as format: Format = .tsv, filter: RecordFilter = RecordFilter()) throws {
    var all = try Self.export(store, kind, as: format, filter: filter).cells
    header = all.removeFirst()
    rows = all.filter { $0[0] != "#exported" }
    list = all.filter { $0[0] == "#exported" }
  }

  static func export(
    _ store: Store, _ kind: Kind = .claim, as format: Format, filter: RecordFilter = RecordFilter()
  ) throws -> (bytes: [UInt8], cells: [[String]], report: ExportReport) {
    var filter = filter
    filter.kinds = [kind]
    var bytes: [UInt8] = []
    let report = try Exporter(.init(filter: filter)).run(format, from: store) { bytes += $0 }
    if format == .xlsx {
      let workbook = try Workbook(bytes)
      return (bytes, (workbook.rows + workbook.manifest).map { $0.cells.map(\.text) }, report)
    }
    var reader = try TableReader(format: .tsv, source: pieces(of: bytes, size: 1000))
    var cells: [[String]] = []
    while case .row(_, let row)? = try reader.next() { cells.append(row) }
    return (bytes, cells, report)
  }

  /// A cell by the id of its record and the name of its column; a record that is not there is a test's mistake.
  subscript(_ id: RecordID, _ column: String) -> String {
    get { place(id, column).map { rows[$0.row][$0.column] } ?? "(no such cell)" }
    set {
      guard let place = place(id, column) else { return }
      rows[place.row][place.column] = newValue
    }
  }

  private func place(_ id: RecordID, _ column: String) -> (row: Int, column: Int)? {
    guard let row = rows.firstIndex(where: { $0[0] == id.description }), let column = header.firstIndex(of: column)
    else { return nil }
    return (row, column)
  }

  mutating func remove(_ id: RecordID) { rows.removeAll { $0[0] == id.description } }

  mutating func add(_ cells: [String: String]) { rows.append(header.map { cells[$0] ?? "" }) }

  /// The sheet as a table with tabs.
  var text: String {
    ([header] + rows + list).map { row in row.map(SheetText.tabbed).joined(separator: "\t") + "\n" }.joined()
  }

  @discardableResult
  func give(
    _ store: Store, skipsInvalid: Bool = false, isDryRun: Bool = false, retractsMissing: Bool = false
  ) throws -> ImportReport {
    let options = Importer.Options(skipsInvalid: skipsInvalid, isDryRun: isDryRun, retractsMissing: retractsMissing)
    return try Importer(options).run(file: "sheet.tsv", bytes: Array(text.utf8), into: store)
  }

  /// The message with which the sheet is refused.
  func refusal(_ store: Store) -> String {
    do {
      try give(store)
      return "accepted"
    } catch { return "\(error)" }
  }
}

extension Workplace {
  /// A second replica of the store, written to by somebody else.
  func replica(curator name: String = "Ben") throws -> Store {
    let path = directory.appendingPathComponent("\(name)/store.sqlite").path
    let environment = StoreEnvironment(
      stateDirectory: StateDirectory(path: directory.appendingPathComponent("state-\(name)").path))
    let replica = try Store.create(at: path, environment: environment, replicaOf: store.id)
    _ = try DirectMerge.merge(store, into: replica)
    try replica.write { try $0.becomeCurator(name: name) }
    return replica
  }

  func claim(_ statement: String = "LCN2 is raised in serum.", tags: [String] = []) throws -> RecordID {
    try store.write { try $0.addClaim(statement, sets: ["tags": tags]).id }
  }

  func record(_ id: RecordID) throws -> Record { try store.read { try $0.existing(id) } }
}

extension ImportReport {
  /// How many rows of the sheet came to what, as words.
  var told: [String: Int] {
    var told: [String: Int] = [:]
    for (outcome, count) in sheet?.counts ?? [:] where count > 0 { told[outcome.rawValue] = count }
    return told
  }
}
