import AnnotationModel

/// How a shared folder is laid out (Schema/folder.md):
///
///     FOLDER/
///       STORE-ID.variorum/       one a store
///         WRITER/                one a store file that writes here; nobody else does
///           HASH.vpk             a pack, named by its hash
enum FolderLayout {
  /// How the name of a store's directory ends.
  static let storeSuffix = ".variorum"
  /// How the name of a pack's file ends.
  static let packSuffix = ".vpk"
  /// Directories in a store's directory, and files directly in it, at most.
  static let writerLimit = 10_000
  /// Files of a store, at most.
  static let fileLimit = 100_000

  /// The directory of a store.
  static func directory(of store: StoreID) -> String { "\(store)\(storeSuffix)" }

  /// The store whose directory has this name.
  static func store(named name: String) -> StoreID? {
    guard name.hasSuffix(storeSuffix) else { return nil }
    let text = String(name.dropLast(storeSuffix.count))
    guard let bytes = bytesOfHexadecimal(text.utf8.filter { $0 != UInt8(ascii: "-") }), let store = StoreID(bytes),
      store.description == text
    else { return nil }
    return store
  }

  /// The name of a pack's file.
  static func fileName(of pack: PackHash) -> String { pack.hex + packSuffix }

  /// Whether a file is meant to be a pack, whatever a program that copies files added to its name.
  static func isMeantAsPack(_ name: String) -> Bool { name.contains(packSuffix) }
}
