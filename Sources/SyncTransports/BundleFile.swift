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
  /// The bundle is of a newer version.
  case version(path: String, UInt8)
  /// The file ends before its end mark.
  case truncated(path: String)
  /// The bytes are not those that were written.
  case damaged(path: String, reason: String)
  /// No replica is meant by what was typed, or several are.
  case noReplica(String, candidates: [String])

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .notABundle(let path): "\(path) is not a bundle (variorum bundle create makes one)"
    case .version(let path, let version):
      "\(path) is a bundle of version \(version), which is not known here (install a newer variorum)"
    case .truncated(let path):
      "\(path) ends before its end: it was not copied whole (copy it again; variorum bundle apply takes what is there)"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason) (copy it again; variorum bundle apply takes the packs that are whole)"
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
    let replica = StoreReplica(store, take: { _ in ReceiveReport() })
    let head = try head(of: replica)
    if case .lacking(let other) = selection, other.state.store != store.id {
      throw SyncError.otherStore(here: store.id, there: other.state.store)
    }
    var outgoing = try replica.outgoing(for: want(selection, head, store))
    return try DurableFile.create(path) { write in
      var hasher = SHA256()
      var (packs, changes, bytes) = (0, 0, 0)
      func put(_ part: [UInt8]) throws {
        hasher.update(data: part)
        bytes += part.count
        try write(part)
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
      try write(Array(hasher.finalize()))
      return (packs, changes, bytes + SHA256.byteCount)
    }
  }

  /// Four bytes, the highest first.
  private static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
  }

  static func head(of replica: StoreReplica) throws -> BundleHead {
    let state = try replica.syncState()
    let known = try state.logs.map {
      LogWant(replica: $0.replica, tips: $0.tips.map(\.id).sorted(), have: try replica.locator(of: $0.replica))
    }
    return BundleHead(state: state, known: known)
  }

  /// Turns what is to go in into what somebody without it would ask for.
  static func want(_ selection: Selection, _ head: BundleHead, _ store: Store) throws -> SyncWant {
    var had: [ReplicaID: [LogTip]] = [:]
    switch selection {
    case .everything: break
    case .lacking(let other): for log in other.known { had[log.replica] = log.have }
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
