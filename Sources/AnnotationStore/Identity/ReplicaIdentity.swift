import AnnotationModel
import Foundation
import GRDB

/// The key that one write transaction writes with.
struct ReplicaSession: Sendable {
  let key: ReplicaKey
  let replica: ReplicaID
  let mark: MarkFile
  /// Whether the key was made for this transaction, and goes where that is rolled back.
  let isNew: Bool
  /// What the user should be told.
  let notice: String?
}

/// Finds the replica key that belongs to this very store file, and makes a new one where the file was copied,
/// restored or moved: a copy must not go on with the log of the original.
final class ReplicaIdentity: Sendable {
  private let storePath: String
  private let storeID: StoreID
  private let environment: StoreEnvironment
  private let keyring: ReplicaKeyring
  private let openedFile: FileIdentity
  private let cache = Mutex<(ordinal: Int64, session: ReplicaSession, last: LastStart?)?>(nil)

  /// Why a key that is bound to another file is not used.
  static let otherFile = "it is a copy of another file, or was moved, or restored from a backup"

  init(storePath: String, storeID: StoreID, environment: StoreEnvironment) throws(IdentityError) {
    self.storePath = storePath
    self.storeID = storeID
    self.environment = environment
    keyring = ReplicaKeyring(directory: environment.stateDirectory)
    openedFile = try FileIdentity(path: storePath)
  }

  /// The key to write with, inside the transaction of the write: who else mints at the same time waits for it.
  ///
  /// - Returns: also what the transaction starts from.
  func session(_ db: Database) throws -> (ReplicaSession, WriteStart) {
    let file = try FileIdentity(path: storePath)
    guard file == openedFile else { throw StoreError.replaced(path: storePath) }
    if let (ordinal, session, _) = cache.value {
      let start = try lastStart(db) ?? WriteStart(db, replica: session.replica)
      if ordinal == start.newestKey, try session.mark.read() <= length(start) { return (session, start) }
    }
    // The newest key that is known here tells best what happened to the file.
    var reason: String?
    let keys = try db.rows("SELECT key FROM local_replica ORDER BY ordinal DESC")
    for row in keys {
      let publicKey = (row["key"] as Blob).bytes
      guard let replica = ReplicaID(publicKey) else { continue }
      switch try keyring.find(publicKey: publicKey, identity: file, storeID: storeID.bytes) {
      case .usable(let key, let mark):
        let start = try WriteStart(db, replica: replica)
        if length(start) < mark {
          reason = reason ?? "it is older than what was last written with its key: a backup was restored"
          continue
        }
        let session = ReplicaSession(
          key: key, replica: replica, mark: try keyring.openMark(publicKey), isNew: false, notice: nil)
        cache.value = (start.newestKey, session, nil)
        return (session, start)
      case .absent: continue
      case .otherFile: reason = reason ?? Self.otherFile
      case .retired: reason = reason ?? "its key was retired"
      case .damaged(let detail): reason = reason ?? detail
      }
    }
    let minted = try mint(
      file, db, reason: keys.isEmpty ? nil : reason ?? "it was copied, or its keys are kept elsewhere")
    return (minted, try WriteStart(db, replica: minted.replica))
  }

  private func mint(_ file: FileIdentity, _ db: Database, reason: String?) throws -> ReplicaSession {
    let now = environment.nowMilliseconds()
    let key = try keyring.mint(
      storeID: storeID.bytes, identity: file, nowMilliseconds: now, seed: environment.randomBytes(32))
    try db.run("INSERT INTO local_replica (key, minted_ms) VALUES (?, ?)", Blob(key.publicKey), now)
    guard let replica = ReplicaID(key.publicKey) else { throw LogDamage(arrival: 0, detail: "a key is not 32 bytes") }
    let notice = reason.map { "This store has a new replica key, \(replica.hex.prefix(12)): \($0)." }
    return ReplicaSession(
      key: key, replica: replica, mark: try keyring.openMark(key.publicKey), isNew: true, notice: notice)
  }

  /// How many changes a log has; what a mark is compared with.
  private func length(_ start: WriteStart) -> UInt64 { UInt64(start.end?.place.sequence ?? 0) }

  /// What the last transaction with the key at hand left, where nothing else was committed since.
  func lastStart(_ db: Database) -> WriteStart? {
    cache.value.flatMap { $0.last?.current(db, replica: $0.session.replica) }
  }

  /// Keeps what a transaction left that was committed just now, for the next with this key.
  func keep(_ left: WriteStart, for session: ReplicaSession, _ db: Database) {
    guard let cached = cache.value, cached.session.replica == session.replica else { return }
    cache.value = (cached.ordinal, cached.session, LastStart(left, db))
  }

  /// Raises the mark after a commit. Where that fails the write is durable all the same, and the store is ahead of its
  /// mark, as after a crash.
  func committed(_ session: ReplicaSession, lastSequence: UInt64) {
    try? session.mark.raise(to: lastSequence)
  }

  /// Retires those of these keys that this very file writes with, because changes of their logs came which it lacked:
  /// whoever has those may go on with the same log.
  ///
  /// - Returns: what the user should be told.
  func retire(_ replicas: [ReplicaID]) throws -> String? {
    var retired: [String] = []
    for replica in replicas {
      let found = try keyring.find(publicKey: replica.bytes, identity: openedFile, storeID: storeID.bytes)
      guard case .usable = found else { continue }
      try keyring.retire(replica.bytes, reason: "changes of its own log came from elsewhere")
      retired.append(String(replica.hex.prefix(12)))
    }
    if retired.isEmpty { return nil }
    cache.value = nil
    return
      "Changes of this store's own log (replica \(retired.joined(separator: ", "))) came from elsewhere: it was copied or restored. Its key is retired; the next write makes a new one."
  }

  /// Takes a new key out of the store again where its transaction wrote nothing, so that the write which needs one says
  /// that it is new; the key's files go with ``rolledBack(_:)`` after the commit.
  func nothingWritten(_ session: ReplicaSession, _ db: Database) throws {
    guard session.isNew else { return }
    try db.run("DELETE FROM local_replica WHERE key = ?", Blob(session.key.publicKey))
  }

  /// Gives a new key back, whose transaction was rolled back or wrote nothing.
  func rolledBack(_ session: ReplicaSession) {
    guard session.isNew else { return }
    // What stays behind where this fails is a key that no store knows.
    try? keyring.discard(session.key.publicKey)
  }
}

/// A value under a lock.
final class Mutex<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: Value

  init(_ value: Value) { stored = value }

  var value: Value {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}
