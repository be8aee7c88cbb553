import AnnotationStore
import Crypto
import Foundation

/// Whose directory of a folder a store's file writes to.
///
/// It is named by random digits, drawn once a store's file and folder and bound to the file's identity as a replica's
/// key is: a copy of a store, which would remember the same name, draws another. Nothing is lost where two write to one
/// directory all the same; only the files of an owner who is gone are merged by nobody.
enum FolderWriter {
  /// The name of the directory.
  ///
  /// - Throws: ``StoreError``.
  static func name(_ memory: FolderMemory, of store: Store) throws -> String {
    let identity = try identity(of: store)
    if let kept = try memory.writer(), kept.count == nameBytes + identity.count,
      kept.dropFirst(nameBytes) == identity[...]
    {
      return hexadecimal(kept.prefix(nameBytes))
    }
    let name = store.environment.randomBytes(nameBytes)
    try memory.keep(writer: name + identity)
    return hexadecimal(name)
  }

  private static let nameBytes = 16

  private static func identity(of store: Store) throws -> [UInt8] {
    let file: FileIdentity
    do throws(IdentityError) { file = try FileIdentity(path: store.path) } catch { throw StoreError.identity(error) }
    let text = "\(file.inode) \(file.birthSeconds) \(file.birthNanoseconds)"
    return Array(SHA256.hash(data: Array(text.utf8)))
  }
}
