import AnnotationStore

/// One import while it runs, inside its transaction.
final class ImportSession {
  let transaction: WriteTransaction
  let curator: RecordID
  let options: Importer.Options
  var report: ImportReport
  /// The file at hand.
  private(set) var fileName = ""

  /// Sources by every id that one of their identifiers derives, whatever their own.
  var sources: [RecordID: RecordID] = [:]
  /// Sources by how a file refers to them; emptied where they are very many.
  var sourcesByReference: [String: SourceReference] = [:]
  var reportedSources: Set<RecordID> = []
  /// Claims without a source by a digest of their statement, as it is and as they were made with it; made when the
  /// first of them is met.
  var claimsByStatement: [RecordID: RecordID]?
  /// What stands on targets by this curator, as digests of target, motivation and body.
  var standing: Set<RecordID> = []
  /// The same of what was deleted, with its id.
  var buried: [RecordID: RecordID] = [:]
  /// The same of what was made so and says something else now.
  var reworded: [RecordID: RecordID] = [:]
  /// The targets whose annotations are in the three.
  var loadedTargets: Set<RecordID> = []
  /// Targets by how a table names them; emptied where they are very many.
  var targetsByName: [String: Target] = [:]

  /// Who wrote a field, or an element of a set, of the record at hand where they are written in their authors' names.
  var author: ((_ field: String, _ element: String?) -> RecordID)?

  /// Records that name one which has not come yet, by its id.
  var held: [RecordID: [RecordDraft]] = [:]
  /// How many they are.
  var heldCount = 0
  /// Records that were sound and not written, because something else is wrong.
  var onlyChecked: Set<RecordID> = []
  /// Records with something wrong in them.
  var notTaken: Set<RecordID> = []
  /// Records whose past is written but for what became of them, which is written in the end.
  var openTranscripts: [WrittenTranscript] = []
  /// Records that a file says to be deleted, without their past.
  var deletions: [RecordID] = []

  private let namesFiles: Bool
  private let progress: ((Int) -> Void)?
  private var doneBytes = 0

  /// The most entries of a memory that only saves look-ups.
  static let memoryLimit = 20_000

  /// - Throws: ``StoreError/noCurator`` where nobody has said who is writing.
  init(
    _ transaction: WriteTransaction, options: Importer.Options, namesFiles: Bool, progress: ((Int) -> Void)?
  ) throws {
    self.transaction = transaction
    self.options = options
    self.namesFiles = namesFiles
    self.progress = progress
    curator = try transaction.curator()
    report = ImportReport(isDryRun: options.isDryRun)
  }

  /// Whether what is sound is written: once something is wrong that may not be skipped, the rest is only checked.
  var isWriting: Bool { options.skipsInvalid || report.problems.count == 0 }

  // MARK: - Files

  func run(_ file: ImportFile) throws {
    fileName = file.name
    // What the files before it made can be named by this one.
    _ = try transaction.reader()
    targetsByName = [:]
    sourcesByReference = [:]
    var start: [UInt8] = []
    while start.count < ImportFile.pieceSize, let piece = try next(of: file) { start += piece }
    let isBlank = start.count < ImportFile.pieceSize && start.allSatisfy(isSpace)
    if isBlank { throw InterchangeError.empty }
    guard let format = file.format ?? Format.detect(name: file.name, start: Array(start.prefix(64 << 10))) else {
      throw InterchangeError.unknownFormat(name: file.name)
    }
    guard format.isImported else { throw InterchangeError.exportedOnly(format) }
    guard format.takesEncoding(of: start) else { throw InterchangeError.notUTF8Encoding }
    if format.isTable {
      try runTable(file, start: start, format: format)
    } else if format == .jsonl {
      try runLines(file, start: start)
    } else if format == .w3c {
      try runW3C(pieces(of: file, start: start))
    } else if format == .xlsx {
      let bytes = try whole(file, start: start, format: format)
      try run(Workbook(bytes), format: format)
      advance(bytes.count)
    } else {
      try runWhole(file, start: start, format: format)
    }
  }

  func next(of file: ImportFile) throws(InterchangeError) -> [UInt8]? {
    do { return try file.read() } catch { throw .unreadable(reason: "\(error)") }
  }

  /// The file from its start on, each piece counted when it is read.
  private func pieces(of file: ImportFile, start: [UInt8]) -> () throws -> [UInt8]? {
    var start: [UInt8]? = start
    return {
      if let piece = start {
        start = nil
        self.advance(piece.count)
        return piece
      }
      guard let piece = try file.read() else { return nil }
      self.advance(piece.count)
      return piece
    }
  }

  private func runTable(_ file: ImportFile, start: [UInt8], format: Format) throws {
    var rows = try TableReader(format: format, source: pieces(of: file, start: start))
    let first = try rows.next()
    if case .row(let line, let cells)? = first, SheetHeader.isSheet(cells) {
      return try runSheet(&rows, SheetHeader(cells, line: line))
    }
    try run(ImportTable(format: format, rows: rows, first: first))
  }

  func run(_ table: ImportTable) throws {
    var table = table
    while let outcome = try table.next() {
      switch outcome {
      case .claim(let claim): try take(claim)
      case .annotation(let annotation): try take(annotation)
      case .term(let term): try take(term)
      case .problem(let problem): skip([problem])
      }
    }
  }

  private func runWhole(_ file: ImportFile, start: [UInt8], format: Format) throws {
    let bytes = try whole(file, start: start, format: format)
    let draft = try Format.parse(bytes, name: file.name, as: format)
    for line in draft.leftOut { leaveOut(line) }
    for problem in draft.problems { skip([problem]) }
    let total =
      draft.sources.count + draft.terms.count + draft.claims.count + draft.annotations.count
      + draft.records.count
    var done = 0
    func advanceByShare() {
      let before = bytes.count * done / max(1, total)
      done += 1
      advance(bytes.count * done / max(1, total) - before)
    }
    for source in draft.sources {
      try take(source)
      advanceByShare()
    }
    for term in draft.terms {
      try take(term)
      advanceByShare()
    }
    for claim in draft.claims {
      try take(claim)
      advanceByShare()
    }
    for annotation in draft.annotations {
      try take(annotation)
      advanceByShare()
    }
    for record in draft.records {
      try take(record)
      advanceByShare()
    }
    try finishRecords()
  }

  private func whole(_ file: ImportFile, start: [UInt8], format: Format) throws -> [UInt8] {
    var bytes = start
    repeat {
      guard bytes.count <= format.sizeLimit else {
        throw InterchangeError.tooLarge(limit: format.sizeLimit, format: format)
      }
      guard let piece = try next(of: file) else { return bytes }
      bytes += piece
    } while true
  }

  func advance(_ bytes: Int) {
    doneBytes += bytes
    progress?(doneBytes)
  }

  // MARK: - What is not taken

  func skip(_ problems: [ImportDraft.Problem]) {
    report.skippedCount += 1
    for problem in problems {
      report.problems.add(.init(file: fileName, place: problem.place, message: problem.message))
    }
  }

  func skip(_ place: Place, _ column: String?, _ message: String) {
    skip([ImportDraft.Problem(place: column.map { place.at(column: $0) } ?? place, message: message)])
  }

  func leaveOut(_ line: String) { report.leftOut.add(namesFiles ? "\(fileName): \(line)" : line) }
}
