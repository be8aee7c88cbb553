import AnnotationStore
import Foundation
import NIOConcurrencyHelpers
import SyncProtocol

/// Which digest the hub had at which arrival number, so that it can check the cursors of its clients.
///
/// A file beside the store, one record of 40 bytes a commit, written after the commit and not synced: it is a shortcut.
/// Whatever it lacks costs a client an exchange of tips; what it must never do is confirm what is not so. So it is
/// believed at opening only where its last record is what the store says of itself: records that a store which was set
/// back has not reached are dropped, and where anything else differs all of them are.
///
/// Where it cannot be written, as on a full disk, it is kept in memory, and the whole of it written when that can be done
/// again. Until then nothing is appended: the file may hold records of a history that the store has left.
final class CursorLedger: Sendable {
  /// How many records are kept.
  static let limit = 1 << 16
  private static let recordBytes = 40

  private struct State {
    var digests: [UInt64: StateDigest] = [:]
    var latest: UInt64
    /// Records in the file, dropped ones included.
    var fileRecords: Int
    /// Whether the file says what is here, so that what is new can be appended.
    var isInStep: Bool
  }

  private let path: String
  private let state: NIOLockedValueBox<State>

  /// Reads the ledger of a store that stands at a point.
  init(path: String, arrival: UInt64, digest: StateDigest) {
    self.path = path
    let (found, isWhole) = Self.read(path)
    var records = found.filter { $0.arrival <= arrival }
    if let last = records.last, last.arrival != arrival || last.digest != digest { records = [] }
    let isKnown = !records.isEmpty
    if !isKnown { records = [(arrival, digest)] }
    records = records.suffix(Self.limit / 2)
    // Nothing is written where nothing has changed: a hub that starts on a full disk has to serve what it has.
    let isInStep =
      isKnown && isWhole && records.count == found.count
      || (try? DurableFile.write(records.flatMap(Self.bytes), to: path, mode: 0o600)) != nil
    let digests = Dictionary(records.map { ($0.arrival, $0.digest) }, uniquingKeysWith: { $1 })
    state = NIOLockedValueBox(
      State(digests: digests, latest: arrival, fileRecords: records.count, isInStep: isInStep))
  }

  /// Whether the digest at an arrival number was this one, as far as that is known.
  func confirms(_ arrival: UInt64, _ digest: StateDigest) -> Bool {
    state.withLockedValue { $0.digests[arrival] == digest }
  }

  /// Notes where the store stands after a commit.
  func note(_ arrival: UInt64, _ digest: StateDigest) throws {
    let isNew = state.withLockedValue { state in
      defer { state.latest = max(state.latest, arrival) }
      return arrival > state.latest && state.digests.updateValue(digest, forKey: arrival) == nil
    }
    guard isNew else { return }
    guard state.withLockedValue({ $0.isInStep }) else { return try rewrite() }
    do {
      let file = try FileDescriptor(opening: path, to: "write", flags: O_WRONLY | O_APPEND)
      try file.writeAll(Self.bytes((arrival, digest)))
    } catch {
      // A part of the record may be there.
      state.withLockedValue { $0.isInStep = false }
      throw error
    }
    let isFull = state.withLockedValue { state in
      state.fileRecords += 1
      return state.fileRecords > Self.limit
    }
    if isFull { try rewrite() }
  }

  /// Writes the file anew, without the records that are too old.
  private func rewrite() throws {
    let records = state.withLockedValue { state in
      let kept = state.digests.sorted { $0.key < $1.key }.suffix(Self.limit / 2)
      state.digests = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
      state.fileRecords = kept.count
      state.isInStep = false
      return kept.map { (arrival: $0.key, digest: $0.value) }
    }
    try DurableFile.write(records.flatMap(Self.bytes), to: path, mode: 0o600)
    state.withLockedValue { $0.isInStep = true }
  }

  private static func bytes(_ record: (arrival: UInt64, digest: StateDigest)) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: record.arrival >> UInt64(56 - 8 * $0)) } + record.digest.bytes
  }

  /// The records of a file, in ascending order, and whether it holds nothing else; what cannot be read counts for none.
  private static func read(_ path: String) -> (records: [(arrival: UInt64, digest: StateDigest)], isWhole: Bool) {
    let limit = 4 * Self.limit * recordBytes
    guard let bytes = (try? FileDescriptor.readFile(path, upTo: limit)) ?? nil else { return ([], false) }
    var records: [(arrival: UInt64, digest: StateDigest)] = []
    for start in stride(from: 0, through: bytes.count - recordBytes, by: recordBytes) {
      let arrival = bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
      guard let digest = StateDigest(Array(bytes[start + 8..<start + recordBytes])) else { return ([], false) }
      if let last = records.last, last.arrival >= arrival { return ([], false) }
      records.append((arrival, digest))
    }
    return (records, bytes.count.isMultiple(of: recordBytes))
  }
}
