import AnnotationStore
import Foundation
import SyncTransports

/// A shared folder of which listings are old, in which a sync ends at any file, and whose files something else touches.
final class RogueFolder: FolderFiles, @unchecked Sendable {
  /// Where a sync was cut off.
  struct Cut: Error {}

  let path: String
  private let disk: FolderDisk
  /// Of how many files in a hundred listings know nothing.
  var stalePercent: UInt64 = 0
  /// Decides which.
  var staleSeed: UInt64 = 0
  /// After how many calls a sync is cut off; `nil` for never.
  var cutAfter: Int?
  /// Files that were half copied, with what they are to become.
  var unfinished: [(name: String, bytes: Data)] = []

  init(_ path: String) {
    self.path = path
    disk = FolderDisk(path)
  }

  /// From here on it is what it is.
  func calm() {
    stalePercent = 0
    cutAfter = nil
  }

  /// The paths of the files in it, ascending.
  var packs: [String] {
    (FileManager.default.subpaths(atPath: path) ?? []).filter { $0.contains(".vpk") }.sorted()
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }
  func put(_ bytes: Data, _ name: String) throws { try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
  func drop(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  private func count() throws {
    guard let left = cutAfter else { return }
    if left == 0 { throw Cut() }
    cutAfter = left - 1
  }

  private func isListed(_ name: String) -> Bool {
    var hash = staleSeed
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash >> 32 % 100 >= stalePercent
  }

  func entries(of directory: [String], limit: Int) throws -> [FolderEntry]? {
    try count()
    return try disk.entries(of: directory, limit: limit)?.filter { $0.kind != .file || isListed($0.name) }
  }

  func read(_ path: [String], limit: Int) throws -> (bytes: [UInt8], stamp: FileStamp)? {
    try count()
    return try disk.read(path, limit: limit)
  }

  func write(_ bytes: [UInt8], to path: [String]) throws -> FileStamp {
    try count()
    return try disk.write(bytes, to: path)
  }

  func remove(_ path: [String]) throws {
    try count()
    try disk.remove(path)
  }
}
