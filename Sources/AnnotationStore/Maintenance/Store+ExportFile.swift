import AnnotationModel
import Foundation

extension Store {
  /// Writes the whole log to a file, as ``exportLog(_:)`` does; a crash leaves no file of that name or a complete one.
  ///
  /// - Returns: how many changes there are.
  /// - Throws: ``StoreError/identity(_:)`` where there is a file already, or it cannot be written.
  public func exportLog(to path: String) throws -> Int {
    try StoreErrors.mappingDatabaseErrors(path) {
      if FileManager.default.fileExists(atPath: path) {
        throw IdentityError.cannot(operation: "create", path: path, code: EEXIST)
      }
      let temporary = "\(DurableFile.parent(of: path))/.\(UUID().uuidString).tmp"
      do {
        let count = try write(to: temporary)
        try DurableFile.adopt(temporary, as: path)
        return count
      } catch {
        try? FileManager.default.removeItem(atPath: temporary)
        throw error
      }
    }
  }

  private func write(to temporary: String) throws -> Int {
    let file = try FileDescriptor(
      opening: temporary, to: "create", flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666)
    var buffer: [UInt8] = []
    let count = try exportLog { bytes in
      buffer += bytes
      if buffer.count > 1 << 18 {
        try file.writeAll(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try file.writeAll(buffer)
    return count
  }
}
