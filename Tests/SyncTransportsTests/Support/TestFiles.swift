import AnnotationStore
import Foundation

@testable import SyncTransports

/// A folder on the disk that counts what is asked of it, and where a test can put a fault.
final class TestFiles: FolderFiles, @unchecked Sendable {
  enum Operation: Hashable {
    case list([String])
    case read([String])
    case write([String])
    case remove([String])
  }

  private let disk: FolderDisk
  /// What was asked, in order.
  private(set) var done: [Operation] = []
  /// Called before each operation; what it throws is what the file system says.
  var before: ((Operation) throws -> Void)?
  /// Names that listings leave out, as old ones do.
  var hidden = Set<String>()

  init(_ root: String) { disk = FolderDisk(root) }

  var reads: Int { done.count { if case .read = $0 { true } else { false } } }
  var lists: Int { done.count { if case .list = $0 { true } else { false } } }
  /// The paths that were written or removed.
  var changed: [[String]] {
    done.compactMap {
      switch $0 {
      case .write(let path), .remove(let path): path
      default: nil
      }
    }
  }

  /// Forgets what was asked.
  func reset() { done = [] }

  private func note(_ operation: Operation) throws {
    done.append(operation)
    try before?(operation)
  }

  func entries(of directory: [String], limit: Int) throws -> [FolderEntry]? {
    try note(.list(directory))
    return try disk.entries(of: directory, limit: limit)?.filter { !hidden.contains($0.name) }
  }

  func read(_ path: [String], limit: Int) throws -> (bytes: [UInt8], stamp: FileStamp)? {
    try note(.read(path))
    return try disk.read(path, limit: limit)
  }

  func write(_ bytes: [UInt8], to path: [String]) throws -> FileStamp {
    try note(.write(path))
    return try disk.write(bytes, to: path)
  }

  func remove(_ path: [String]) throws {
    try note(.remove(path))
    try disk.remove(path)
  }
}
