import AnnotationStore

/// What came of an export.
public struct ExportReport: Sendable, Equatable {
  /// The format written.
  public let format: Format
  /// How many records of each kind were written.
  public internal(set) var written = ImportReport.Counts()
  /// How many changes were written, of a log.
  public internal(set) var changeCount: Int?
  /// How many bytes were written.
  public internal(set) var byteCount = 0
  /// What the format could not carry of these records, in words, and how often; sorted by the words.
  public var leftOut: [(what: String, count: Int)] {
    left.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
  }

  private var left: [String: Int] = [:]

  init(format: Format) { self.format = format }

  mutating func leaveOut(_ what: String) { left[what, default: 0] += 1 }
}
