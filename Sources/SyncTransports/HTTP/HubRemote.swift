import AnnotationStore
import Foundation
import SyncProtocol

/// A hub, reached over HTTP (Schema/hub.md).
public struct HubRemote: SyncRemote {
  private static let listBytes = 8 << 20
  let address: String
  /// The store that the address names, where it names one.
  private let only: StoreID?
  let options: HubOptions

  /// Names a hub.
  ///
  /// - Parameter address: `http` or `https`, without a slash at the end; the id of a store may stand last in its path.
  public init(address: String, options: HubOptions = HubOptions()) {
    let parts = address.split(separator: "/", omittingEmptySubsequences: false)
    only = parts.count > 3 ? parts.last.flatMap { StoreID(uuid: $0) } : nil
    self.address = only == nil ? address : parts.dropLast().joined(separator: "/")
    self.options = options
  }

  private struct StoreList: Decodable {
    var stores: [String]
  }

  /// The stores that the token may read, ascending; where the address names one, that one alone.
  ///
  /// - Throws: ``RemoteError``.
  public func stores() async throws -> [StoreID] {
    let bytes = try await HubConnection.with(address, options) { try await $0.get("/v1/stores", limit: Self.listBytes) }
    guard let list = try? JSONDecoder().decode(StoreList.self, from: Data(bytes)) else {
      throw RemoteError.hub(address, .notAHub("it does not list its stores"))
    }
    let stores = list.stores.compactMap { StoreID(uuid: $0) }.sorted()
    return only.map { only in stores.filter { $0 == only } } ?? stores
  }

  /// Looks whether the address is for this store, and whether what is kept of tokens is fit for secrets; asks nobody.
  ///
  /// - Throws: ``RemoteError``.
  public func check(_ store: Store) async throws {
    if let only, only != store.id { throw RemoteError.otherStores(address, [only], wanted: store.id) }
    // Whether what is kept of tokens is fit for secrets is told now; there need be none yet, nor a hub that is up.
    var options = options
    options.askForToken = nil
    do { await (try HubConnection(address, options)).close() } catch RemoteError.hub(_, .noToken) {}
  }

  /// Finds the token now, asking for it where none is kept: for who is going to sync where nobody can be asked.
  ///
  /// - Throws: ``RemoteError``.
  public func findToken() throws(RemoteError) {
    if try HubCredentials.token(for: address, options) == nil { throw .hub(address, .noToken) }
  }

  /// Exchanges changes: by the remembered cursor in one round trip, else after an exchange of tips (Schema/hub.md, "Sync").
  ///
  /// - Throws: ``RemoteError``; ``SyncError``; ``StoreError``. What was received until then stays received.
  public func sync(_ store: Store, _ request: SyncRequest) async throws -> RemoteReceipt {
    try await check(store)
    let taker = PackTaker(store)
    var receipt = try await HubConnection.with(address, options) { connection in
      var start: SyncCursor?
      if let place = request.place, try store.read({ try $0.logPositions() }).isEmpty {
        let packs = HubPacks(connection, store: store, directory: place, request.progress)
        start = try await packs.takeAll(taker.take)
      }
      var (done, isFirst) = (RemoteReceipt(), true)
      return try await connection.trying {
        var session = HubSession(connection, store, request, continuing: done) {
          try Self.take($0, store.id, taker.take)
        }
        // What came before a cut is told by the tips, and must not come again.
        defer { (done, isFirst) = (session.receipt, isFirst && !session.hasMoved) }
        try await session.run(trustsMemory: request.trustsMemory && isFirst, from: isFirst ? start : nil)
        return session.receipt
      }
    }
    receipt.notices += taker.notices
    return receipt
  }

  /// Fetches what a sync would bring, looks at what it would do, and takes it back; a hub without the store lacks all.
  ///
  /// - Throws: as ``sync(_:_:)``.
  public func rehearse(_ store: Store, _ request: SyncRequest) async throws -> RemotePreview {
    try await check(store)
    let spool = FileManager.default.temporaryDirectory.path + "/variorum-\(UUID().uuidString)"
    // What is in it may be read by nobody else.
    try FileManager.default.createDirectory(
      atPath: spool, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: spool) }
    var files: [String] = []
    var looking = request
    // What is only looked at must not count as taken.
    looking.memory = request.memory?.readOnly
    let receipt = try await orNothing(store, request.direction) {
      try await HubConnection.with(address, options) { connection in
        try await connection.trying {
          files.removeAll()
          var session = HubSession(connection, store, looking, direction: .pull) { bytes in
            let path = "\(spool)/\(files.count)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            files.append(path)
            return (ReceiveReport(), [])
          }
          try await session.run(trustsMemory: request.trustsMemory)
          return session.receipt
        }
      }
    }
    let incoming = try store.rehearse { take in
      guard request.direction.pulls else { return }
      for path in files {
        _ = try Self.take(Array(try Data(contentsOf: URL(fileURLWithPath: path))), store.id, take)
      }
    }
    return RemotePreview(
      incoming: incoming, outgoing: request.direction.pushes ? receipt.lackingThere : 0, findings: [])
  }

  /// What a look at the hub told; where it has no such store yet, which the first sync that sends makes there, that it
  /// lacks all.
  private func orNothing(
    _ store: Store, _ direction: SyncDirection, _ look: () async throws -> RemoteReceipt
  ) async throws -> RemoteReceipt {
    do { return try await look() } catch RemoteError.hub(_, .noStore) where direction.pushes {
      var receipt = RemoteReceipt()
      receipt.lackingThere = try store.read { try $0.status().changes }
      return receipt
    }
  }

  /// Gives a pack to a store; one that cannot be opened is refused in the report.
  static func take(
    _ bytes: [UInt8], _ store: StoreID, _ take: (Pack) throws -> ReceiveReport
  ) throws -> (report: ReceiveReport, ends: [LogPosition]) {
    let pack: Pack
    do throws(PackError) {
      pack = try Pack(opening: bytes, expecting: store, decompress: Zstandard.decompress)
    } catch {
      var report = ReceiveReport()
      report.refuse(Refusal(error))
      return (report, [])
    }
    var ends: [Int: Pack.Entry] = [:]
    for entry in pack.entries { ends[entry.run] = entry }
    let positions = ends.sorted { $0.key < $1.key }.map {
      LogPosition(replica: $0.value.replica, tips: [LogTip(id: $0.value.id, sequence: $0.value.sequence)])
    }
    return (try take(pack), positions)
  }
}
