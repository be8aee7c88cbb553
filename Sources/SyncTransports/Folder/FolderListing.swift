/// What a store's directory in a folder holds at one moment, by its listing alone.
struct FolderListing: Equatable {
  /// A file that may be a pack.
  struct Item: Hashable {
    /// The name of its directory.
    var writer: String
    var name: String
    var stamp: FileStamp

    /// Its path below the store's directory.
    var path: String { "\(writer)/\(name)" }
  }

  /// Ascending by path.
  private(set) var items: [Item] = []
  /// What is no file in a directory of the store's, by its path below the store's directory; ascending.
  private(set) var strangers: [String] = []
  /// Files that were not finished, of all writers.
  private(set) var unfinished: [Item] = []

  /// Lists a store's directory.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``RemoteError``.
  init?(_ files: some FolderFiles, directory: String, root: String) throws {
    guard let writers = try files.entries(of: [directory], limit: FolderLayout.writerLimit) else { return nil }
    for writer in writers where !writer.name.hasPrefix(".") {
      guard writer.kind == .directory else {
        strangers.append(writer.name)
        continue
      }
      let left = FolderLayout.fileLimit - items.count
      // Gone since the listing above: as if it had not been there.
      for entry in try files.entries(of: [directory, writer.name], limit: left + 1) ?? [] {
        let item = Item(writer: writer.name, name: entry.name, stamp: entry.stamp)
        if entry.name.hasPrefix(".") {
          if entry.kind == .file, entry.name.hasSuffix(".tmp") { unfinished.append(item) }
        } else if entry.kind == .file {
          items.append(item)
        } else {
          strangers.append(item.path)
        }
      }
      guard items.count <= FolderLayout.fileLimit else {
        throw RemoteError.folderTooLarge(path: "\(root)/\(directory)", limit: "\(FolderLayout.fileLimit) files")
      }
    }
    items.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    strangers.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
