/// What the folder transport asks of a file system. Paths are below the folder, component by component; tests put
/// another implementation in the place of the real one.
package protocol FolderFiles: Sendable {
  /// What a directory holds, in any order; `nil` where it is not there. Links are not followed.
  ///
  /// - Parameter limit: how many entries at most.
  /// - Throws: ``RemoteError``, where the folder itself is not there too.
  func entries(of directory: [String], limit: Int) throws -> [FolderEntry]?

  /// The bytes of a file with its stamp from before they were read; `nil` where it is not there any more.
  ///
  /// - Parameter limit: how many bytes at most; of a longer file these.
  /// - Throws: ``RemoteError``.
  func read(_ path: [String], limit: Int) throws -> (bytes: [UInt8], stamp: FileStamp)?

  /// Writes a file durably, with the directories that hold it; a crash leaves no file of that name or a whole one.
  ///
  /// - Returns: its stamp.
  /// - Throws: ``RemoteError``.
  func write(_ bytes: [UInt8], to path: [String]) throws -> FileStamp

  /// Removes a file, where it is there still.
  ///
  /// - Throws: ``RemoteError``.
  func remove(_ path: [String]) throws
}

/// What tells whether a file was changed since it was read: by anything but an attempt to deceive, which only costs who
/// makes it.
package struct FileStamp: Hashable, Sendable {
  /// The size, in bytes.
  package var byteCount: Int64
  /// When the file was last written to, in nanoseconds since 1970, by whose clock whatsoever.
  package var modifiedNanoseconds: Int64

  package init(byteCount: Int64, modifiedNanoseconds: Int64) {
    self.byteCount = byteCount
    self.modifiedNanoseconds = modifiedNanoseconds
  }
}

/// An entry of a directory.
package struct FolderEntry: Hashable, Sendable {
  /// What it is.
  package enum Kind: Hashable, Sendable {
    case file, directory
    /// A link, a pipe or the like, or something whose name is not UTF-8.
    case other
  }

  /// Its name; of one that is not UTF-8 what can be shown.
  package var name: String
  /// What it is.
  package var kind: Kind
  /// Of a file.
  package var stamp: FileStamp

  package init(name: String, kind: Kind, stamp: FileStamp) {
    self.name = name
    self.kind = kind
    self.stamp = stamp
  }
}
