import CRDT
import SyncProtocol

/// What was found in a file of a folder, as it is remembered so that the file need not be read again.
struct FolderFile: Equatable {
  /// What the file was like when it was read.
  var stamp: FileStamp
  var content: Content

  enum Content: Equatable {
    case pack(FolderPack)
    /// Nothing that can be taken, and why.
    case unusable(String)
  }

  /// The pack that it is, where it is one.
  var pack: FolderPack? { if case .pack(let pack) = content { pack } else { nil } }
}

/// What a pack in a folder brings.
struct FolderPack: Equatable {
  var hash: PackHash
  var changeCount: Int
  /// Headers and bodies as they are, in bytes: what counts for how packs are merged.
  var weight: Int
  /// The good part of its runs.
  var runs: [LogRun]
  /// Whether all of it that can be taken was.
  var isTaken = false
  /// Where it was merged into larger ones: by which names, and since when, in milliseconds.
  var merged: Merged?

  struct Merged: Equatable {
    var into: [String]
    var sinceMilliseconds: Int64
  }

  init(_ pack: Pack) {
    hash = pack.hash
    changeCount = pack.entries.count
    weight = pack.entries.reduce(0) { $0 + $1.encoded.byteCount }
    var runs: [Int: LogRun] = [:]
    for entry in pack.entries {
      let tip = LogTip(id: entry.id, sequence: entry.sequence)
      let after = entry.change.previous.map { LogTip(id: $0, sequence: entry.sequence - 1) }
      runs[entry.run, default: LogRun(replica: entry.replica, after: after, through: tip)].through = tip
    }
    self.runs = runs.sorted { $0.key < $1.key }.map(\.value)
  }
}
