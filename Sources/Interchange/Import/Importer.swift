import AnnotationStore

/// Brings files into a store: all of them in one transaction, or, where something is wrong in any, nothing.
///
/// What is in the store already is recognised and kept as it is, so importing a file again creates nothing again.
/// Tables are read row by row, so that memory does not grow with them.
public struct Importer: Sendable {
  /// How to import.
  public struct Options: Sendable, Equatable {
    /// Whether to leave out rows and entries that are not valid, and import the others.
    public var skipsInvalid: Bool
    /// Whether to do everything, report it, and then take all of it back.
    public var isDryRun: Bool
    /// Whether to delete the records whose rows are gone from an exported sheet, where nobody changed them since.
    public var retractsMissing: Bool

    /// Says how.
    public init(skipsInvalid: Bool = false, isDryRun: Bool = false, retractsMissing: Bool = false) {
      self.skipsInvalid = skipsInvalid
      self.isDryRun = isDryRun
      self.retractsMissing = retractsMissing
    }
  }

  /// How to import.
  public let options: Options

  /// Makes an importer.
  public init(_ options: Options = Options()) { self.options = options }

  /// Imports one file whose bytes are at hand.
  ///
  /// - Throws: as ``run(_:into:progress:)``.
  public func run(
    file name: String, bytes: [UInt8], format: Format? = nil, into store: Store, progress: ((Int) -> Void)? = nil
  ) throws -> ImportReport {
    try run([ImportFile(name: name, format: format, bytes: bytes)], into: store, progress: progress)
  }

  /// Imports files, in their order, in one transaction.
  ///
  /// - Parameter progress: is told now and then how many bytes of all the files are done.
  /// - Throws: `InterchangeError` where a file cannot be read or holds problems that are not to be skipped, and
  ///   `StoreError` where the store cannot be written or nobody has said who is writing. Nothing was imported then.
  public func run(
    _ files: [ImportFile], into store: Store, progress: ((Int) -> Void)? = nil
  ) throws -> ImportReport {
    try commit(into: store, namesFiles: files.count > 1, progress: progress) { session in
      for file in files {
        do { try session.run(file) } catch let error as InterchangeError {
          throw InterchangeError.inFile(name: file.name, error)
        }
      }
    }
  }

  /// Imports the records of a store that is no replica of this one, in one transaction: they are written anew here, each
  /// in the name of whoever wrote it there, under their ids, so that doing it again creates nothing again.
  ///
  /// The log shows that this replica wrote them, now; what was said before of a field, and by whom, stays behind. What
  /// is deleted or in conflict there is left out and reported.
  /// - Parameter progress: is told now and then how many records are done, and how many there are.
  /// - Throws: ``InterchangeError/replicaOfThisStore(path:)``; `StoreError`. Nothing was imported then.
  public func run(
    from other: Store, into store: Store, progress: ((Int, Int) -> Void)? = nil
  ) throws -> ImportReport {
    guard other.id != store.id else { throw InterchangeError.replicaOfThisStore(path: other.path) }
    return try other.read { reader in
      try commit(into: store, namesFiles: false, progress: nil) { session in
        try session.run(reader, progress: progress)
      }
    }
  }

  private func commit(
    into store: Store, namesFiles: Bool, progress: ((Int) -> Void)?, _ body: (ImportSession) throws -> Void
  ) throws -> ImportReport {
    do {
      let commit = try store.commit { transaction in
        let session = try ImportSession(transaction, options: options, namesFiles: namesFiles, progress: progress)
        try body(session)
        var report = session.report
        guard report.problems.count == 0 || options.skipsInvalid else {
          throw InterchangeError.refused(report.problems.first, count: report.problems.count)
        }
        // Ends the last change too, so that a dry run meets whatever would refuse it.
        _ = try transaction.reader()
        (report.conflictsOpened, report.conflictsClosed) = transaction.conflictsOpenedAndClosed
        if options.isDryRun { throw DryRun(report: report) }
        return report
      }
      var report = commit.value
      report.changes = commit.changes
      report.notice = commit.notice
      return report
    } catch let dryRun as DryRun {
      return dryRun.report
    }
  }

  /// Ends the transaction of a dry run; an error is what rolls it back, and the replica key with it where that is new.
  private struct DryRun: Error {
    let report: ImportReport
  }
}
