import AnnotationStore
import Crypto
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

/// Two replicas of one store, in a directory that goes with the test.
private final class Replicas {
  let path: String
  let ada: Store
  let ben: Store

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString)").path
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
    ada = try Store.create(at: path + "/ada/store.sqlite", environment: environment)
    ben = try Store.create(at: path + "/ben/store.sqlite", environment: environment, replicaOf: ada.id)
    try ada.write { try $0.becomeCurator(name: "Ada") }
    try ben.write { try $0.becomeCurator(name: "Ben") }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Adds claims, each in a transaction, so that each change has a seal.
  func write(_ count: Int, into store: Store) throws {
    for index in 0..<count {
      try store.write { try $0.addClaim("Claim \(index).", [:]) }
    }
  }

  /// The bytes of a bundle of all that Ada has.
  func bundle() throws -> [UInt8] {
    _ = try BundleFile.create(path + "/whole.bundle", of: ada)
    return Array(try Data(contentsOf: URL(fileURLWithPath: path + "/whole.bundle")))
  }

  /// Writes a file, with the hash of a bundle at its end.
  func file(_ bytes: [UInt8]) throws -> String {
    let contents = bytes.dropLast(SHA256.byteCount)
    try Data(contents + SHA256.hash(data: contents)).write(to: URL(fileURLWithPath: path + "/other.bundle"))
    return path + "/other.bundle"
  }

  func digest(_ store: Store) throws -> StateDigest { try store.read { try $0.status().digest } }
}

@Suite struct BundleFileTests {
  @Test func allChangesTravelAndComeOnce() throws {
    let world = try Replicas()
    try world.write(20, into: world.ada)
    let file = world.path + "/all.bundle"
    let made = try BundleFile.create(file, of: world.ada)
    #expect(made.changes == 21 && made.packs == 1)
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
    #expect(size == made.bytes)
    let first = try BundleFile.apply(file, to: world.ben)
    #expect(first.report.applied == 21 && first.problem == nil && first.lackingHere.isEmpty)
    #expect(first.lackingThere == 1)
    let second = try BundleFile.apply(file, to: world.ben)
    #expect(second.report.duplicate == 21 && second.report.applied == 0)
    let summary = try BundleFile.inspect(file)
    #expect(summary.changes == 21 && summary.problems.isEmpty && summary.logs.map(\.count) == [21])
  }

  @Test func theAnswerMakesBothEqual() throws {
    let world = try Replicas()
    try world.write(3, into: world.ada)
    try world.write(4, into: world.ben)
    let (file, back) = (world.path + "/ada.bundle", world.path + "/ben.bundle")
    _ = try BundleFile.create(file, of: world.ada)
    _ = try BundleFile.apply(file, to: world.ben)
    let answer = try BundleFile.create(back, of: world.ben, .lacking(try BundleReader(file).head))
    #expect(answer.changes == 5)
    let receipt = try BundleFile.apply(back, to: world.ada)
    #expect(receipt.report.applied == 5 && receipt.digestHere == receipt.head.state.digest)
    #expect(try world.digest(world.ada) == world.digest(world.ben))
  }

  @Test func whatIsLeftOutMakesTheRestWait() throws {
    let world = try Replicas()
    try world.write(2, into: world.ada)
    _ = try DirectMerge.merge(world.ada, into: world.ben)
    try world.write(1, into: world.ben)
    _ = try DirectMerge.merge(world.ben, into: world.ada)
    try world.write(2, into: world.ada)
    let replica = try #require(try world.ben.read { try $0.status().replica })
    let file = world.path + "/since.bundle"
    #expect(try BundleFile.create(file, of: world.ada, .since(replica)).changes == 2)
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: world.path + "/state"))
    let empty = try Store.create(
      at: world.path + "/cy/store.sqlite", environment: environment, replicaOf: world.ada.id)
    let early = try BundleFile.apply(file, to: empty)
    #expect(early.report.waiting == 2 && early.report.applied == 0 && !early.lackingHere.isEmpty)
    let late = try DirectMerge.merge(world.ben, into: empty)
    #expect(late.here.received.released == 2)
    #expect(try world.digest(empty) == world.digest(world.ada))
  }

  @Test func anotherStoresBundleIsRefused() throws {
    let (one, other) = (try Replicas(), try Replicas())
    let file = one.path + "/all.bundle"
    _ = try BundleFile.create(file, of: one.ada)
    #expect(throws: SyncError.self) { try BundleFile.apply(file, to: other.ada) }
    #expect(throws: SyncError.self) {
      try BundleFile.create(other.path + "/x", of: other.ada, .lacking(try BundleReader(file).head))
    }
  }

  @Test func whatIsOfANewerVersionIsNotToldAsDamage() throws {
    let world = try Replicas()
    try world.write(2, into: world.ada)
    let whole = try world.bundle()
    // The version of the file, and that of the state, which stands after its length, the head of its array and its code.
    for (place, what) in [(8, "version 2 of bundles"), (15, "version 2 of sync messages")] {
      var bytes = whole
      bytes[place] = 2
      let path = try world.file(bytes)
      #expect(throws: BundleError.newer(path: path, what: what)) { try BundleFile.apply(path, to: world.ben) }
    }
    var bytes = whole
    let pack = try #require(whole.indices.dropLast(4).first { whole[$0...].starts(with: [0x89, 0x56, 0x50, 0x4B]) })
    bytes[pack + 8] = 2
    let path = try world.file(bytes)
    let receipt = try BundleFile.apply(path, to: world.ben)
    #expect(receipt.problem == nil && receipt.report.refused.map(\.isNewer) == [true])
    #expect(try BundleFile.inspect(path).isNewer)
    let preview = try BundleFile.rehearse(path, into: world.ben).preview
    #expect(preview.report.refused == receipt.report.refused)
    bytes[pack + 8] = 1
    bytes[pack + 30] ^= 1
    #expect(try !BundleFile.inspect(try world.file(bytes)).isNewer)
  }

  @Test func whatIsAdvisedFitsWhatCanBeRead() throws {
    let world = try Replicas()
    try world.write(2, into: world.ada)
    let whole = try world.bundle()
    func problem(_ count: Int) throws -> String {
      let path = world.path + "/cut.bundle"
      try Data(whole.prefix(count)).write(to: URL(fileURLWithPath: path))
      do { return try BundleFile.inspect(path).problems.joined() } catch let error as BundleError { return "\(error)" }
    }
    #expect(try problem(20).hasSuffix("(copy it again)"))
    #expect(try problem(whole.count - 1).contains("variorum bundle apply takes what is there"))
  }

  @Test func progressEndsWithAllThatThereIs() throws {
    let world = try Replicas()
    try world.write(20, into: world.ada)
    let path = world.path + "/all.bundle"
    var told: [(done: Int, total: Int)] = []
    let made = try BundleFile.create(path, of: world.ada) { told.append(($0, $1)) }
    #expect(told.last?.done == made.changes && told.last?.total == made.changes)
    told = []
    _ = try BundleFile.apply(path, to: world.ben) { told.append(($0, $1)) }
    #expect(told.last?.done == made.bytes && told.allSatisfy { $0.total == made.bytes && $0.done <= $0.total })
    #expect(told.count == 2 && told[0].done < told[1].done)
  }

  /// Every prefix, and every byte changed: whatever is read was written, and nothing else is believed.
  @Test func everyDamageIsFound() throws {
    let world = try Replicas()
    try world.write(2, into: world.ada)
    let file = world.path + "/all.bundle"
    _ = try BundleFile.create(file, of: world.ada)
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    let damaged = world.path + "/damaged.bundle"
    func isSound(_ bytes: [UInt8]) throws -> Bool {
      try Data(bytes).write(to: URL(fileURLWithPath: damaged))
      do { return try BundleFile.inspect(damaged).problems.isEmpty } catch is BundleError { return false }
    }
    #expect(try isSound(whole))
    for count in whole.indices { #expect(try !isSound(Array(whole.prefix(count))), "the first \(count) bytes") }
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      #expect(try !isSound(bytes), "byte \(place)")
    }
  }
}
