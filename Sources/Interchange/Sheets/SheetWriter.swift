import AnnotationStore

/// What the writers of sheets share: the columns of one kind of record, its rows, and what was exported.
struct SheetWriter {
  /// A row and the cells of it that only show part of a text.
  struct Row {
    var record: Record
    var version: String
    var cells: [String]
  }

  let renderer: SheetRenderer
  private(set) var manifest = SheetManifest()
  var layout: SheetLayout { renderer.layout }

  /// - Throws: ``InterchangeError/noSheet(_:)`` where there are no sheets of the kind.
  init(_ context: ExportContext) throws {
    let kind = context.options.filter.kinds.first ?? .claim
    guard let layout = SheetLayout(kind) else { throw InterchangeError.noSheet(kind) }
    let reader = context.reader
    renderer = SheetRenderer(layout, record: { try context.record($0) }, label: { try reader.label(of: $0) })
  }

  /// The names of the columns.
  var header: [String] { layout.columns.map(\.name) }

  /// The row of a record, which is listed as exported.
  mutating func row(_ record: Record, _ context: ExportContext) throws -> [String] {
    let frontier = try context.reader.frontier(of: record.id)
    let print = Fingerprint(of: record.id, at: frontier, readings: try renderer.readings(of: record))
    manifest.add(record.id, version: print.version)
    for column in layout.columns
    where try !renderer.isWhole(column, of: record, at: frontier, in: context.reader) {
      context.leaveOut("\(column.name): a text that no cell of a spreadsheet holds whole")
    }
    if record.fields["origin"] != nil { context.leaveOut("origin: what a file said that no field holds") }
    if let selector = record.selector,
      [selector.name, selector.sha256, selector.source, selector.start.map { "\($0)" }].contains(where: { $0 != nil })
    {
      context.leaveOut("selector: the position of the quote, which stays as long as the quote does")
    }
    context.count(record.kind)
    return try layout.columns.map { column in
      switch column {
      case .id: record.id.description
      case .fingerprint: print.text
      default: try renderer.text(column, of: record)
      }
    }
  }

  /// The rows that list what was exported.
  func manifestRows(_ context: ExportContext) throws -> [[String]] {
    manifest.rows(store: try context.reader.storeID(), kind: layout.kind)
  }
}

/// Writes a sheet as a table with tabs.
struct TSVSheetWriter: RecordWriter {
  private var sheet: SheetWriter?

  mutating func begin(_ context: ExportContext) throws {
    let sheet = try SheetWriter(context)
    try put(sheet.header, context)
    self.sheet = sheet
  }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard let cells = try sheet?.row(record, context) else { return }
    try put(cells, context)
  }

  mutating func end(_ context: ExportContext) throws {
    guard let sheet else { return }
    let empty = [String](repeating: "", count: max(0, sheet.header.count - 3))
    for row in try sheet.manifestRows(context) { try put(row + empty, context) }
  }

  private func put(_ cells: [String], _ context: ExportContext) throws {
    try context.put(cells.map { SheetText.tabbed(SheetText.guarded($0)) }.joined(separator: "\t") + "\n")
  }
}
