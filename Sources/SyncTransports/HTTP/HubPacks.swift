import AnnotationStore
import Foundation
import HTTPTypes
import NIOCore
import SyncProtocol

/// Fills an empty store from a hub's packs: fetched into a directory first, where they stay until all are taken, so that
/// a clone which was cut off goes on where it was, in the middle of a pack too.
struct HubPacks {
  private static let listBytes = 8 << 20
  private let connection: HubConnection
  private let store: Store
  private let directory: String
  private let progress: ((Int, Int) -> Void)?

  init(_ connection: HubConnection, store: Store, directory: String, _ progress: ((Int, Int) -> Void)?) {
    self.connection = connection
    self.store = store
    self.directory = directory
    self.progress = progress
  }

  /// Fetches and takes all packs.
  ///
  /// - Returns: the point up to which everything is here then; `nil` where the hub has no packs, or something was
  ///   refused, so that a sync has to find out the rest.
  func takeAll(_ take: (Pack) throws -> ReceiveReport) async throws -> SyncCursor? {
    let bytes = try await connection.get("/v1/stores/\(store.id)/packs", limit: Self.listBytes)
    guard let list = try? JSONDecoder().decode(PackList.self, from: Data(bytes)), list.store == store.id else {
      throw RemoteError.hub(connection.address, .notAHub("its list of packs cannot be read"))
    }
    if list.packs.isEmpty { return nil }
    // Until they are in the store, which the user's umask is for, nobody else needs to read them.
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let total = list.packs.reduce(0) { $0 + $1.changes }
    var done = 0
    var isWhole = true
    // Two loops: what is fetched is kept whatever becomes of the rest.
    for item in list.packs {
      try await fetch(item)
      done += item.changes
      progress?(done / 2, total)
    }
    done = 0
    for item in list.packs {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path(item))))
      let report = try HubRemote.take(bytes, store.id, take).report
      isWhole = isWhole && report.refused.isEmpty && report.waiting == 0
      done += item.changes
      progress?((total + done) / 2, total)
    }
    return isWhole ? list.cursor : nil
  }

  private func path(_ item: PackList.Item) -> String { "\(directory)/\(item.hash.hex).pack" }

  /// Fetches what is missing of one pack.
  private func fetch(_ item: PackList.Item) async throws {
    let (final, part) = (path(item), "\(directory)/\(item.hash.hex).part")
    if FileManager.default.fileExists(atPath: final) { return }
    try await connection.trying {
      let had = ((try? FileManager.default.attributesOfItem(atPath: part))?[.size] as? Int) ?? 0
      if had < item.bytes { try await append(item, from: had, to: part) }
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: part)))
      guard bytes.count == item.bytes, (try? PackHead(checking: bytes))?.hash == item.hash else {
        // What is wrong with it cannot be told, so it begins anew.
        unlink(part)
        throw RemoteError.hub(connection.address, .cut("a pack did not come whole"))
      }
      guard rename(part, final) == 0 else { throw IdentityError.cannot(operation: "write", path: final, code: errno) }
    }
  }

  private func append(_ item: PackList.Item, from had: Int, to part: String) async throws {
    let response: (head: HTTPResponse, body: HubBody)
    do {
      response = try await connection.send(
        .get, "/v1/stores/\(store.id)/packs/\(item.hash.hex)", headers: had > 0 ? [.range: "bytes=\(had)-"] : [:])
    } catch RemoteError.hub(let address, .nothingThere) {
      throw RemoteError.hub(address, .cut("it has made its packs anew meanwhile"))
    }
    let isPart = response.head.status == .partialContent
    if isPart, response.head.headerFields[.contentRange]?.hasPrefix("bytes \(had)-") != true {
      throw RemoteError.hub(connection.address, .notAHub("it sends another part of a pack than was asked for"))
    }
    if !isPart { unlink(part) }
    let handle = try Self.open(part)
    defer { try? handle.close() }
    var count = isPart ? had : 0
    var pace = connection.pace()
    var chunks = response.body.makeAsyncIterator()
    while true {
      let chunk: ByteBuffer?
      let start = ContinuousClock.now
      do {
        chunk = try await chunks.next()
        try pace.count(chunk?.readableBytes ?? 0, since: start)
      } catch { return try await connection.caught { throw error } }
      guard let chunk else { return }
      count += chunk.readableBytes
      guard count <= item.bytes else {
        throw RemoteError.hub(connection.address, .notAHub("a pack is longer than its list says"))
      }
      try handle.write(contentsOf: Data(chunk.readableBytesView))
    }
  }

  private static func open(_ path: String) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    return handle
  }
}
