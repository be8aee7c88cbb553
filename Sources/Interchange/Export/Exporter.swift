import AnnotationStore

/// Writes records of a store in a format, one by one, so that memory does not grow with the store.
public struct Exporter: Sendable {
  /// What to export, and how.
  public struct Options: Sendable {
    /// The records; its kinds are narrowed to those that the format has, and its order is the format's own.
    public var filter: RecordFilter

    /// How nanopublications are written.
    public var nanopub = NanopubOptions()
    /// The title of a report; one that tells what was chosen where none is given.
    public var title: String?

    /// Exports all that is not deleted.
    public init(filter: RecordFilter = RecordFilter()) { self.filter = filter }
  }

  /// What to export, and how.
  public let options: Options

  /// Makes an exporter.
  public init(_ options: Options = Options()) { self.options = options }

  /// Exports one consistent snapshot of a store.
  ///
  /// - Parameters:
  ///   - write: takes the bytes, in pieces of some 256 KiB.
  ///   - progress: is told now and then how many records are done, and how many there are.
  /// - Throws: ``InterchangeError/importedOnly(_:)``; `StoreError`; what `write` throws.
  public func run(
    _ format: Format, from store: Store, progress: ((Int, Int) -> Void)? = nil,
    write: @escaping ([UInt8]) throws -> Void
  ) throws -> ExportReport {
    if format == .log {
      var report = ExportReport(format: format)
      report.changeCount = try store.exportLog {
        report.byteCount += $0.count
        try write($0)
      }
      return report
    }
    guard var writer = format.writer else { throw InterchangeError.importedOnly(format) }
    return try store.read { reader in
      let context = ExportContext(reader, format: format, options: options, write: write)
      let filters = filters(of: format)
      let total = progress == nil ? 0 : try filters.reduce(0) { try $0 + reader.count($1) }
      var done = 0
      try writer.begin(context)
      for filter in filters {
        try reader.forEachRecord(filter) { record in
          try writer.put(record, context)
          done += 1
          if done % 64 == 0 { progress?(done, total) }
        }
      }
      try writer.end(context)
      try context.flush()
      return context.report
    }
  }

  /// Exports to a new file; a crash leaves no file of that name or a complete one.
  ///
  /// - Parameter replacing: whether a file that is there gives way.
  /// - Throws: as ``run(_:from:progress:write:)``; ``StoreError/identity(_:)`` where there is a file already, or it
  ///   cannot be written.
  public func run(
    _ format: Format, from store: Store, to path: String, replacing: Bool = false,
    progress: ((Int, Int) -> Void)? = nil
  ) throws -> ExportReport {
    do {
      return try DurableFile.create(path, replacing: replacing) { append in
        try withoutActuallyEscaping(append) { try run(format, from: store, progress: progress, write: $0) }
      }
    } catch let error as IdentityError { throw StoreError.identity(error) }
  }

  private func filters(of format: Format) -> [RecordFilter] {
    let wanted = options.filter.kinds
    if format.isSheet {
      // A sheet is of one kind, and people read it in an order of their own.
      var filter = options.filter
      filter.kinds = [wanted.first ?? .claim]
      return [filter]
    }
    return format.exportedKinds.filter { wanted.isEmpty || wanted.contains($0) }.map { kind in
      var filter = options.filter
      filter.kinds = [kind]
      filter.order = .id
      filter.isReversed = false
      filter.includesDeleted = format.carriesDeleted
      return filter
    }
  }
}
