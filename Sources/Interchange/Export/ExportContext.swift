import AnnotationStore

/// What the writers of all formats share: the snapshot that is exported, where the bytes go, and what is told of it.
final class ExportContext {
  let reader: ReadTransaction
  let options: Exporter.Options
  var report: ExportReport

  private let write: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []
  private var records: [RecordID: Record?] = [:]

  /// How many bytes are gathered before they are written.
  private static let bufferSize = 256 << 10
  /// The most records that are kept to be looked at again.
  private static let memoryLimit = 4096

  init(
    _ reader: ReadTransaction, format: Format, options: Exporter.Options, write: @escaping ([UInt8]) throws -> Void
  ) {
    self.reader = reader
    self.options = options
    self.write = write
    report = ExportReport(format: format)
  }

  /// Whether only some of the records are exported.
  var isPartial: Bool { options.filter != RecordFilter() }

  /// Writes text.
  func put(_ text: String) throws { try put(Array(text.utf8)) }

  /// Writes bytes.
  func put(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Hands on what is gathered.
  func flush() throws {
    guard !buffer.isEmpty else { return }
    try write(buffer)
    report.byteCount += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// A record that others refer to again and again: a curator, a source, a term.
  func record(_ id: RecordID) throws -> Record? {
    if let known = records[id] { return known }
    if records.count >= Self.memoryLimit { records = [:] }
    let found = try reader.record(id)
    records[id] = found
    return found
  }

  /// Counts a record that was written.
  func count(_ kind: Kind) { report.written.add(kind) }

  /// Tells that something was left out, in words; equal ones are counted.
  func leaveOut(_ what: String) { report.leaveOut(what) }
}
