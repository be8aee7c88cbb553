@_exported import AnnotationModel
import CWriteAheadLog
import Foundation
import GRDB

/// A store: one SQLite file with a replica's log and everything derived from it.
///
/// Opening takes constant time whatever the size. Reads see one consistent snapshot and never wait for a writer; a
/// write is one transaction, durable when it returns. Any number of processes may have one store open.
public final class Store: Sendable {
  /// The path of the SQLite file.
  public let path: String
  /// The store's UUID, which its replicas share.
  public let id: StoreID

  let pool: DatabasePool
  package let environment: StoreEnvironment
  let identity: ReplicaIdentity

  private init(path: String, pool: DatabasePool, id: StoreID, environment: StoreEnvironment) throws {
    self.path = path
    self.pool = pool
    self.id = id
    self.environment = environment
    identity = try ReplicaIdentity(storePath: path, storeID: id, environment: environment)
  }

  /// The file name of a store in its directory.
  public static let fileName = "store.sqlite"
  /// The directory that `variorum init` makes.
  public static let directoryName = ".variorum"

  /// Makes a new store, or an empty replica of one.
  ///
  /// - Parameters:
  ///   - path: of the SQLite file; its directory is made where it is missing.
  ///   - store: the id of the store that it is to be a replica of; `nil` for a store of its own.
  /// - Throws: ``StoreError``; then there is no store that was not there before.
  public static func create(
    at path: String, environment: StoreEnvironment, replicaOf store: StoreID? = nil
  ) throws(StoreError) -> Store {
    try StoreErrors.mapped(path) {
      if FileManager.default.fileExists(atPath: path) { throw StoreError.exists(path: path) }
      // SQLite would take an earlier store's write-ahead log for the new one's.
      for leftOver in [path + "-wal", path + "-journal"] where FileManager.default.fileExists(atPath: leftOver) {
        throw StoreError.leftOver(path: leftOver)
      }
      let directory = DurableFile.parent(of: path)
      try checkDirectoryCanBe(directory)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      if try FileIdentity.isOnNetwork(path: directory) { throw StoreError.networkFileSystem(path: path) }
      try makeFile(path, environment, store)
      let pool = try openPool(path, readOnly: false)
      return try Store(path: path, pool: pool, id: try storeID(pool, path), environment: environment)
    }
  }

  /// Makes the file under another name, so that there is a whole store at `path` or none.
  private static func makeFile(_ path: String, _ environment: StoreEnvironment, _ store: StoreID?) throws {
    let temporary = "\(DurableFile.parent(of: path))/.\(UUID().uuidString).tmp"
    do {
      // Not yet in WAL mode, so that its first page says from the start what it is.
      let queue = try DatabaseQueue(path: temporary)
      let id = store ?? StoreID(uuidBytes: environment.randomBytes(16), version: 4)
      try Migrations.migrate(queue, newStore: id, nowMilliseconds: environment.nowMilliseconds())
      try queue.close()
      try DurableFile.adopt(temporary, as: path)
    } catch {
      for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: temporary + suffix) }
      if case IdentityError.cannot(_, _, EEXIST) = error { throw StoreError.exists(path: path) }
      throw error
    }
  }

  /// Opens a store.
  ///
  /// - Throws: ``StoreError`` where there is none, it is of a newer version, or its file cannot be used.
  public static func open(
    at path: String, environment: StoreEnvironment, readOnly: Bool = false
  ) throws(StoreError) -> Store {
    try StoreErrors.mapped(path) {
      try checkIsStore(path)
      if !readOnly, try FileIdentity.isOnNetwork(path: path) { throw StoreError.networkFileSystem(path: path) }
      let (pool, isOlder) = readOnly ? try openPoolForReading(path) : try opened(openPool(path, readOnly: false), path)
      if isOlder {
        // Reading takes the tables of this version, too.
        let writing = readOnly ? try openPool(path, readOnly: false) : pool
        try Migrations.migrate(writing, newStore: nil, nowMilliseconds: 0)
        if readOnly { try writing.close() }
      }
      return try Store(path: path, pool: pool, id: try storeID(pool, path), environment: environment)
    }
  }

  /// The store that belongs to a directory: the nearest `.variorum/store.sqlite` from there upwards, or the nearest
  /// `.variorum` that this user may not enter.
  public static func locate(from directory: String) -> String? {
    var directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    while true {
      let candidate = (directory == "/" ? "" : directory) + "/\(directoryName)/\(fileName)"
      // What may not be looked at may be there: opening it tells.
      if access(candidate, F_OK) == 0 || errno == EACCES { return candidate }
      if directory == "/" || directory.isEmpty { return nil }
      directory = DurableFile.parent(of: directory)
    }
  }

  /// The stores that are being read and written by whoever runs now: SQLite's connections are not reentrant.
  private enum Running {
    @TaskLocal static var reads: Set<ObjectIdentifier> = []
    @TaskLocal static var writes: Set<ObjectIdentifier> = []
  }

  /// Runs a transaction, unless it lies within one of the same sort.
  private func running<Value>(
    _ stores: TaskLocal<Set<ObjectIdentifier>>, _ body: () throws -> Value
  ) throws -> Value {
    let others = stores.get()
    let own = ObjectIdentifier(self)
    if others.contains(own) { throw StoreError.nested }
    return try stores.withValue(others.union([own]), operation: body)
  }

  /// Reads one consistent snapshot. Within a ``write(_:)`` it is that of before it; what was written so far is read by
  /// ``WriteTransaction/reader()``.
  ///
  /// - Parameter body: gets the transaction, which must not be used after it ends.
  /// - Throws: ``StoreError``, as ``StoreError/nested`` within another read; or what `body` throws.
  public func read<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value {
    try running(Running.$reads) {
      try StoreErrors.mappingDatabaseErrors(path) { try pool.read { db in try body(ReadTransaction(db)) } }
    }
  }

  /// Writes in one transaction: all of it is durable when this returns, or, where it throws, nothing was written.
  ///
  /// - Parameter body: gets the transaction, which writes nothing after it ends (``StoreError/over``).
  /// - Throws: ``StoreError``, as ``StoreError/nested`` within another write; or what `body` throws.
  @discardableResult
  public func write<Value>(_ body: (WriteTransaction) throws -> Value) throws -> Value {
    try commit(body).value
  }

  /// Writes like ``write(_:)`` and tells what was written.
  ///
  /// - Throws: ``StoreError``, or what `body` throws.
  public func commit<Value>(_ body: (WriteTransaction) throws -> Value) throws -> Commit<Value> {
    try running(Running.$writes) { try StoreErrors.mappingDatabaseErrors(path) { try committed(body) } }
  }

  private func committed<Value>(_ body: (WriteTransaction) throws -> Value) throws -> Commit<Value> {
    var session: ReplicaSession?
    do {
      let commit = try pool.writeWithoutTransaction { db -> Commit<Value> in
        var left: WriteStart?
        let commit = try db.inWriteTransaction { () -> Commit<Value> in
          let (current, start) = try identity.session(db)
          session = current
          let transaction = WriteTransaction(
            Applier(db), store: id, replica: current.replica, from: start, environment: environment,
            sign: current.key.sign)
          defer { transaction.end() }
          let value = try body(transaction)
          try transaction.finish()
          left = transaction.left
          let isEmpty = transaction.changes.isEmpty
          if isEmpty { try identity.nothingWritten(current, db) }
          return Commit(
            value: value, changes: transaction.changes, notice: isEmpty ? nil : current.notice,
            lastSequence: transaction.lastSequence)
        }
        if let session, let left { identity.keep(left, for: session, db) }
        return commit
      }
      if let session {
        if commit.changes.isEmpty {
          identity.rolledBack(session)
        } else {
          identity.committed(session, lastSequence: commit.lastSequence)
        }
      }
      return commit
    } catch {
      if let session { identity.rolledBack(session) }
      throw error
    }
  }

  /// What a write transaction did.
  public struct Commit<Value> {
    /// What the body returned.
    public let value: Value
    /// The changes that were appended to the log, in order; none where nothing differed.
    public let changes: [ChangeID]
    /// What the user should be told, in one line: that the replica got a new key.
    public let notice: String?
    let lastSequence: UInt64
  }

  /// Closes the file, which nobody may use after that: before it or its directory gets another name.
  ///
  /// - Throws: ``StoreError``.
  package func close() throws { try StoreErrors.mappingDatabaseErrors(path) { try pool.close() } }

  /// SQLite reads a file in WAL mode by help of others beside it, and makes them where they are missing. Where it cannot,
  /// as on a full disk, and nothing is in the write-ahead log, the file alone is the store: nobody writes to it now.
  private static func openPoolForReading(_ path: String) throws -> (DatabasePool, isOlder: Bool) {
    do { return try opened(openPool(path, readOnly: true), path) } catch let error as DatabaseError {
      let isFull = error.resultCode == .SQLITE_IOERR && DiskRoom.isLacking(beside: path)
      guard isFull || [.SQLITE_CANTOPEN, .SQLITE_FULL, .SQLITE_READONLY].contains(error.resultCode) else { throw error }
      guard SideFiles.logIsEmpty(beside: path) else {
        throw SideFiles.obstacle(beside: path) ?? StoreError.unreadableHere(path: path)
      }
      let address = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
      // Where SQLite was built to take no addresses, there is no such file, and what it said first is to be told.
      guard let pool = try? openPool(address, readOnly: true) else { throw error }
      return try opened(pool, path)
    }
  }

  /// The pool once it was read from, and whether its tables are older than this code.
  private static func opened(_ pool: DatabasePool, _ path: String) throws -> (DatabasePool, isOlder: Bool) {
    (pool, try Migrations.isOlder(pool, path: path))
  }

  private static func openPool(_ path: String, readOnly: Bool) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(30)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { try $0.execute(sql: "\(PageCache.large); PRAGMA temp_store = MEMORY") }
    let pool = try DatabasePool(path: path, configuration: configuration)
    // GRDB lowers this to NORMAL in WAL mode, which may lose the last commits with the power.
    if !readOnly {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; \(PageCache.small)")
        // SQLite opens the log at the first read.
        _ = try db.rows("SELECT 1 FROM sqlite_master LIMIT 1")
        if let connection = db.sqliteConnection { _ = variorum_gather_log_writes(connection) }
      }
    }
    return pool
  }

  private static func checkDirectoryCanBe(_ directory: String) throws {
    var nearest = directory
    while access(nearest, F_OK) != 0, nearest != "/", nearest != "." { nearest = DurableFile.parent(of: nearest) }
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: nearest, isDirectory: &isDirectory), !isDirectory.boolValue {
      throw StoreError.inTheWay(path: nearest)
    }
  }

  private static func checkIsStore(_ path: String) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      let mayBeThere = access(path, F_OK) != 0 && errno == EACCES
      throw mayBeThere ? StoreError.unreadable(path: path) : StoreError.notFound(path: path)
    }
    guard FileManager.default.isReadableFile(atPath: path) else { throw StoreError.unreadable(path: path) }
    guard !isDirectory.boolValue, let file = FileHandle(forReadingAtPath: path) else {
      throw StoreError.notAStore(path: path)
    }
    defer { try? file.close() }
    let head = try file.read(upToCount: 72) ?? Data()
    guard head.count == 72, head.starts(with: "SQLite format 3\0".utf8), head.suffix(4).elementsEqual("VARI".utf8)
    else {
      throw StoreError.notAStore(path: path)
    }
  }

  private static func storeID(_ pool: DatabasePool, _ path: String) throws -> StoreID {
    let blob = try pool.read { try $0.one(Blob.self, "SELECT id FROM store") }
    guard let id = blob.flatMap({ StoreID($0.bytes) }) else { throw StoreError.notAStore(path: path) }
    return id
  }
}
