import AnnotationStore

/// The rows that a sheet was exported with, each with its version: rows of three cells that begin with `#exported`.
///
/// They tell which rows were taken out of the sheet since. Where any of them is gone or damaged, nobody can tell, and
/// nothing counts as missing.
struct SheetManifest {
  /// What the first cell of its rows says.
  static let mark = "#exported"
  /// The most characters of the list in one row, so that a cell stays below what spreadsheets keep.
  private static let rowSize = 30_000

  /// The store that was exported from.
  private(set) var store: String?
  private(set) var records: [(id: RecordID, version: String)] = []
  private var total: Int?
  private var firsts: Set<Int> = []
  private var isDamaged = false

  init() {}

  /// Lists a record.
  mutating func add(_ record: RecordID, version: String) { records.append((record, version)) }

  /// Whether all that was exported is known.
  var isWhole: Bool { !isDamaged && total == records.count }

  /// The rows for what is listed.
  func rows(store: StoreID, kind: Kind) -> [[String]] {
    var rows: [[String]] = []
    var (list, first) = ("", 1)
    func end(at last: Int) {
      rows.append([Self.mark, "v1 \(store) \(kind.plural) \(first)-\(last) of \(records.count)", list])
      (list, first) = ("", last + 1)
    }
    for (index, record) in records.enumerated() {
      let item = "\(record.id.hex):\(record.version)"
      if !list.isEmpty, list.utf8.count + item.utf8.count >= Self.rowSize { end(at: index) }
      list += list.isEmpty ? item : " \(item)"
    }
    if !list.isEmpty || rows.isEmpty { end(at: records.count) }
    return rows
  }

  /// Takes a row that begins with the mark.
  mutating func take(_ cells: [String]) {
    let head = (cells.count > 1 ? cells[1] : "").split(separator: " ").map(String.init)
    let list = (cells.count > 2 ? cells[2] : "").split(separator: " ")
    let range = (head.count == 6 ? head[3] : "").split(separator: "-").map { Int($0) ?? -1 }
    guard head.first == "v1", range.count == 2, range[0] > 0, range[1] >= range[0] - 1, let count = Int(head[5]),
      range[1] <= count, total ?? count == count, store ?? head[1] == head[1]
    else {
      isDamaged = true
      return
    }
    (store, total) = (head[1], count)
    // A row that was copied says nothing new.
    guard firsts.insert(range[0]).inserted else { return }
    if list.count != range[1] - range[0] + 1 { isDamaged = true }
    for item in list {
      let parts = item.split(separator: ":")
      guard parts.count == 2, let id = bytesOfHexadecimal(Array(parts[0].utf8)).flatMap({ RecordID($0) }) else {
        isDamaged = true
        continue
      }
      records.append((id, String(parts[1])))
    }
  }
}
