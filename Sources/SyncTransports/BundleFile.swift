import AnnotationStore
import Crypto
import SyncProtocol

/// A bundle: one file with what its maker has and with packs (Schema/pack.md, "Bundles").
///
/// It is what one side of a session says, written down: its state, the locators of its logs, packs, the end; each
/// message after its length, and a hash over everything last. So a truncated or damaged file is told apart, and the
/// packs before the damage can still be used.
public enum BundleFile {
  /// The first bytes; as those of a pack they show what a transfer as text does to them.
  static let magic: [UInt8] = [0x89, 0x56, 0x42, 0x4E, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The format version, which stands after the magic.
  static let version: UInt8 = 1
}

/// Why a bundle could not be made or read.
public enum BundleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is no bundle.
  case notABundle(path: String)
  /// The bundle is of a newer version; in words, of what.
  case newer(path: String, what: String)
  /// The file ends before its end mark; whether it has its head, without which nothing of it can be used.
  case truncated(path: String, hasHead: Bool)
  /// The bytes are not those that were written; whether its head is sound, without which nothing of it can be used.
  case damaged(path: String, reason: String, hasHead: Bool)
  /// No replica is meant by what was typed, or several are.
  case noReplica(String, candidates: [String])

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .notABundle(let path): "\(path) is not a bundle (variorum bundle create makes one)"
    case .newer(let path, let what):
      "\(path) was written by a newer version (it has \(what)): install the newer variorum"
    case .truncated(let path, let hasHead):
      "\(path) ends before its end: it was not copied whole "
        + (hasHead ? "(copy it again; variorum bundle apply takes what is there)" : "(copy it again)")
    case .damaged(let path, let reason, let hasHead):
      "\(path) is damaged: \(reason) "
        + (hasHead ? "(copy it again; variorum bundle apply takes the packs that are whole)" : "(copy it again)")
    case .noReplica(let text, let candidates):
      candidates.isEmpty
        ? "no replica begins with \(text) (give at least 6 digits; variorum log --json names the replica of each change)"
        : "several replicas begin with \(text): \(candidates.joined(separator: ", ")) (type more of the one that is meant)"
    }
  }
}

/// What a bundle says of itself and of its maker.
public struct BundleHead: Hashable, Sendable {
  /// What its maker had: store, logs and digest.
  public var state: SyncState
  /// The locators of its maker's logs, by which another one can tell what its maker lacks.
  public var known: [LogWant]
}

extension BundleFile {
  /// Which changes go into a bundle.
  public enum Selection: Hashable, Sendable {
    /// All.
    case everything
    /// What the maker of another bundle lacks.
    case lacking(BundleHead)
    /// What a replica has not seen, as far as its own changes tell that are here.
    case since(ReplicaID)
  }

  /// The replica that a person means by the first of its hexadecimal digits, at least 6, among those whose changes
  /// are in a store.
  ///
  /// - Throws: ``BundleError/noReplica(_:candidates:)``.
  public static func replica(named text: String, in store: Store) throws -> ReplicaID {
    let digits = text.lowercased()
    let found =
      digits.utf8.count < 6
      ? []
      : try store.read { try $0.logPositions() }.map(\.replica).filter {
        $0.hex.hasPrefix(digits)
      }
    guard let only = found.first, found.count == 1 else {
      throw BundleError.noReplica(text, candidates: found.prefix(8).map { String($0.hex.prefix(16)) })
    }
    return only
  }

  /// Writes a bundle; a crash leaves no file of that name or a whole one.
  ///
  /// - Parameter progress: called with the changes done and the changes there are.
  /// - Returns: how many packs, changes and bytes it has.
  /// - Throws: ``StoreError``; ``IdentityError`` where the file is there already or cannot be written;
  ///   ``SyncError/otherStore(here:there:)``.
  public static func create(
    _ path: String, of store: Store, _ selection: Selection = .everything, progress: ((Int, Int) -> Void)? = nil
  ) throws -> (packs: Int, changes: Int, bytes: Int) {
    try DurableFile.create(path) { try write(of: store, selection, progress: progress, to: $0) }
  }

  /// Writes a bundle piece by piece to wherever it is to go.
  ///
  /// - Parameters:
  ///   - progress: called with the changes done and the changes there are.
  ///   - sink: gets the bytes; what it throws ends the writing.
  /// - Returns: how many packs, changes and bytes it has.
  /// - Throws: ``StoreError``; ``SyncError/otherStore(here:there:)``; what `sink` throws.
  public static func write(
    of store: Store, _ selection: Selection = .everything, progress: ((Int, Int) -> Void)? = nil,
    to sink: ([UInt8]) throws -> Void
  ) throws -> (packs: Int, changes: Int, bytes: Int) {
    let replica = StoreReplica(store, take: { _ in ReceiveReport() })
    let head = try head(of: replica)
    if case .lacking(let other) = selection, other.state.store != store.id {
      throw SyncError.otherStore(here: store.id, there: other.state.store)
    }
    var outgoing = try replica.outgoing(for: want(selection, head, store))
    var hasher = SHA256()
    var (packs, changes, bytes) = (0, 0, 0)
    func put(_ part: [UInt8]) throws {
      hasher.update(data: part)
      bytes += part.count
      try sink(part)
    }
    func put(_ message: SyncMessage) throws {
      let encoded = try message.encoded()
      try put(Self.length(encoded.count))
      try put(encoded)
    }
    try put(magic + [version])
    try put(.state(head.state))
    try put(.want(SyncWant(logs: head.known)))
    while let pack = try replica.nextPack(&outgoing) {
      try put(.pack(pack.bytes))
      packs += 1
      changes += pack.changeCount
      progress?(changes, outgoing.changeCount)
    }
    try put(Self.length(0))
    try sink(Array(hasher.finalize()))
    // What no seal closes was planned and is not there.
    progress?(changes, changes)
    return (packs, changes, bytes + SHA256.byteCount)
  }

  /// Four bytes, the highest first.
  private static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
  }

  static func head(of replica: StoreReplica) throws -> BundleHead {
    let state = try replica.syncState()
    return BundleHead(state: state, known: try SyncPlan.known(state.logs, locator: replica.locator(of:)))
  }

  /// Turns what is to go in into what somebody without it would ask for.
  static func want(_ selection: Selection, _ head: BundleHead, _ store: Store) throws -> SyncWant {
    var had: [ReplicaID: [LogTip]] = [:]
    switch selection {
    case .everything: break
    case .lacking(let other):
      for log in other.known { had[log.replica] = log.have }
      // A locator that gave way to others may lack the tips themselves.
      for log in other.state.logs { had[log.replica] = Set(had[log.replica] ?? []).union(log.tips).sorted() }
    case .since(let replica):
      for log in try store.read({ try $0.seen(by: replica) }) { had[log.replica] = log.tips }
    }
    return SyncWant(
      logs: head.known.compactMap { log in
        let have = had[log.replica] ?? []
        let lacking = log.tips.filter { tip in !have.contains { $0.id == tip } }
        return lacking.isEmpty ? nil : LogWant(replica: log.replica, tips: lacking, have: have)
      })
  }
}
