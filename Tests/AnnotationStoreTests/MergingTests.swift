import Crypto
import Foundation
import SyncProtocol
import SyncTransports
import Testing

@testable import AnnotationStore

/// Replicas that merge end equal, whatever came in which order, and nothing that anybody wrote is lost.
@Suite("Merging")
struct MergingTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store("ada")
    claim = try ada.add("LCN2 is raised.").value
    ben = try directory.replica(of: ada, "ben", curator: "Ben")
  }

  @Test("Both ways: equal digests, equal tables, and nothing the second time")
  func bothWays() throws {
    let note = try ben.write { try $0.annotate(claim, body: "In which tissue?", tags: ["to-check"]) }
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    let receipt = try expectEqual(ada, after: ben)
    #expect(receipt.here.received.applied == 2 && receipt.there?.applied == 1)
    #expect(receipt.here.changesSent == 1 && receipt.notices == [])
    #expect(try ada.read { try $0.record(note) }?.text("body") == "In which tissue?")
    let again = try expectEqual(ada, after: ben)
    #expect(again.here.received == ReceiveReport() && again.here.changesSent == 0)
  }

  @Test("What a change knew of a record that two created apart is the same in both")
  func pastOfTwoCreates() throws {
    let paper = DerivedID.SourceIdentifier.doi(try DOI(parsing: "10.1000/both"))
    for store in [ada, ben] { try store.write { try $0.addSource(paper, ["title": .text("A title")]) } }
    try expectEqual(ben, after: ada)
    let id = DerivedID.source(paper)
    let change = try #require(try ben.commit { try $0.set(id, "title", to: .text("Another")) }.changes.last)
    try expectEqual(ada, after: ben)
    let past = try [ada, ben].map { store in try store.read { try $0.record(id, at: change) } }
    #expect(past[0] != nil && past[0] == past[1])
    #expect(try past[0]?.curator == ada.read { try $0.record(id)?.curator })
  }

  @Test("One way leaves the other store as it is, and says what it lacks")
  func oneWay() throws {
    try ada.add("Only Ada's.")
    try ben.add("Only Ben's.")
    let before = try ben.digest()
    let receipt = try DirectMerge.merge(ben, into: ada)
    #expect(try ben.digest() == before && receipt.here.digestThere == before)
    #expect(!receipt.here.areEqual)
    #expect(receipt.here.lackingHere == [] && receipt.here.lackingThere.count == 1)
    #expect(try ada.statements() == ["LCN2 is raised.", "Only Ada's.", "Only Ben's."])
  }

  @Test("Another store is refused, and nothing is written")
  func otherStore() throws {
    let other = try directory.store("other")
    let before = try ada.digest()
    #expect(throws: SyncError.otherStore(here: ada.id, there: other.id)) { try DirectMerge.merge(other, into: ada) }
    #expect(throws: StoreError.otherStore(other.id, is: ada.id)) {
      let pack = try Pack(
        opening: Self.pack(of: other), expecting: nil, decompress: Zstandard.decompress)
      _ = try ada.receive(pack)
    }
    #expect(try ada.digest() == before)
  }

  private static func pack(of store: Store) throws -> [UInt8] {
    let replica = try #require(try store.read { try $0.status() }.replica)
    var writer = PackWriter(store: store.id)
    try writer.append(try store.packed(replica), replica: replica, after: nil)
    return try writer.finish(compress: Zstandard.compress).bytes
  }

  @Test("What comes before what it names waits on disk, and is applied when that has come")
  func waits() throws {
    let replica = try #require(try ben.read { try $0.status() }.replica)
    let adas = try #require(try ada.read { try $0.status() }.replica)
    try ben.write { try $0.annotate(claim, body: "On a claim that is not here yet.") }
    let third = try Store.create(
      at: directory.storePath("third"), environment: directory.environment(), replicaOf: ada.id)
    let count = try ben.packed(replica).count
    #expect(try third.receive(ben.packed(replica), of: replica).waiting == count)
    let empty = try third.digest()
    #expect(try third.receive(ben.packed(replica), of: replica).duplicate == count)

    let reopened = try directory.open("third")
    #expect(try reopened.read { try $0.status() }.waiting == count)
    #expect(try reopened.read { try $0.logPositions() } == [LogPosition(replica: replica, tips: ben.tip(of: replica))])
    #expect(try reopened.digest() == empty)
    try expectSound(reopened)
    let report = try reopened.receive(ada.packed(adas), of: adas)
    #expect(report.released == count && report.waiting == 0)
    #expect(try reopened.read { try $0.status() }.waiting == 0)
    #expect(try reopened.digest() == ben.digest())
    #expect(try reopened.fingerprints() == ben.fingerprints())
    try expectSound(reopened)
  }

  @Test("What waits is passed on, and what came beyond a gap is not taken for had")
  func gaps() throws {
    let adas = try #require(try ada.read { try $0.status() }.replica)
    for number in 1...3 { try ada.add("Claim \(number).") }
    let third = try Store.create(
      at: directory.storePath("third"), environment: directory.environment(), replicaOf: ada.id)
    let later = Array(try ada.packed(adas).suffix(2))
    #expect(try third.receive(later, of: adas).waiting == 2)
    #expect(try third.read { try $0.logPositions() } == [])
    #expect(try third.read { try $0.has(later[0].id) } == false)
    #expect(try DirectMerge.merge(third, into: ben).here.packsReceived == 0)

    // Ben's log waits at a fourth as a whole for Ada's, so it is had there, and a fifth gets it from there.
    let replica = try #require(try ben.read { try $0.status() }.replica)
    let stores = try ["fourth", "fifth"].map {
      try Store.create(at: directory.storePath($0), environment: directory.environment(), replicaOf: ada.id)
    }
    try stores[0].receive(ben.packed(replica), of: replica)
    #expect(try DirectMerge.merge(stores[0], into: stores[1]).here.received.waiting == ben.packed(replica).count)
    _ = try DirectMerge.merge(ada, into: stores[1])
    #expect(try stores[1].read { try $0.status() }.waiting == 0)
    #expect(try stores[1].statements() == ada.statements())
    try expectEqual(third, after: ada)
  }

  @Test("What waited when it was planned to be sent, and was applied meanwhile, is sent all the same")
  func appliedWhileSending() throws {
    let replica = try #require(try ben.read { try $0.status() }.replica)
    try ben.write { try $0.annotate(claim, body: "A note.") }
    let third = try Store.create(
      at: directory.storePath("third"), environment: directory.environment(), replicaOf: ada.id)
    let count = try ben.packed(replica).count
    #expect(try third.receive(ben.packed(replica), of: replica).waiting == count)
    // Ada has what it waits for, and lacks what waits: both go at once.
    let receipt = try expectEqual(third, after: ada)
    #expect(receipt.here.received.released == count && receipt.there?.applied == count)
  }

  @Test("A change that does not follow the one it names is refused with the rest of its run; other logs are taken")
  func brokenChain() throws {
    let (writer, key) = try Self.handMade(store: ada.id)
    let curator = try ada.write { try $0.curator() }
    let adas = try #require(try ada.read { try $0.status() }.replica)
    let tip = try #require(ada.tip(of: adas).first)
    // Its previous change is one of Ada's.
    let change = Change(
      store: ada.id, replica: writer, sequence: tip.sequence + 1, previous: tip.id, deps: [], timeMilliseconds: 0,
      curator: curator, ops: [])
    let encoded = try change.encode(seed: [])
    let seal = try #require(Seal(Array(try key.signature(for: Seal.message(for: encoded.id)))))
    let bad = PackedChange(id: encoded.id, encoded: encoded, seal: seal)
    try ben.add("Ben's.")
    let replica = try #require(try ben.read { try $0.status() }.replica)
    var pack = PackWriter(store: ada.id)
    try pack.append([bad], replica: writer, after: (tip.id, tip.sequence))
    try pack.append(try ben.packed(replica), replica: replica, after: nil)
    let report = try ada.receive(
      try Pack(
        opening: pack.finish(compress: Zstandard.compress).bytes, expecting: ada.id, decompress: Zstandard.decompress)
    ).report
    #expect(report.applied == (try ben.packed(replica).count))
    #expect(report.refused.map(\.replica) == [writer] && report.refused.first?.sequence == tip.sequence + 1)
    #expect(report.refused.first?.reason.contains("chain") == true)
    #expect(try ada.statements() == ["Ben's.", "LCN2 is raised."])
    try expectSound(ada)
  }

  /// A replica that only this test knows.
  static func handMade(store: StoreID) throws -> (ReplicaID, Curve25519.Signing.PrivateKey) {
    let key = Curve25519.Signing.PrivateKey()
    return (try #require(ReplicaID(Array(key.publicKey.rawRepresentation))), key)
  }

  @Test("A rehearsal tells what would come, and changes nothing")
  func rehearsal() throws {
    try ben.write { try $0.set(claim, "status", to: .text("rejected")) }
    try ben.write { try $0.annotate(claim, body: "A note.") }
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    let before = try (ada.digest(), ada.fingerprints())
    let preview = try DirectMerge.rehearse(ben, into: ada)
    #expect(preview.report.applied == 3 && preview.report.conflictsOpened == 1)
    #expect(preview.curators.map(\.name) == ["Ben"] && preview.curators.first?.changes == 3)
    #expect(preview.newRecords.map { "\($0.kind) \($0.count)" } == ["annotation 1", "curator 1"])
    #expect(preview.touched.map(\.id) == [claim])
    #expect(preview.conflicts.map(\.field) == ["status"])
    #expect(try ada.digest() == before.0 && ada.fingerprints() == before.1)
    let receipt = try DirectMerge.merge(ben, into: ada)
    #expect(receipt.here.received.conflictsOpened == 1 && receipt.here.received.applied == 3)
  }

  @Test("A store of the first format is brought up to date, and everything is derived anew")
  func migrates() throws {
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    let before = try (ada.digest(), ada.fingerprints())
    try ada.pool.write { db in
      for name in [
        "waiting_for", "waiting", "fork", "later_op", "record", "concurrent_head", "remote_state", "remote",
      ] {
        try db.execute(sql: "DROP TABLE \(name)")
      }
      for name in ["history", "op", "head"] { try db.execute(sql: "DROP VIEW IF EXISTS \(name)") }
      for kind in Kind.allCases { try db.execute(sql: "ALTER TABLE \(kind.rawValue) DROP COLUMN origin") }
      try db.execute(
        sql: """
          CREATE TABLE record (ref INTEGER PRIMARY KEY, id BLOB NOT NULL, kind BLOB NOT NULL, UNIQUE (id, kind));
          CREATE TABLE head (change INTEGER PRIMARY KEY);
          CREATE TABLE op (record INTEGER NOT NULL, change INTEGER NOT NULL, position INTEGER NOT NULL);
          CREATE VIEW history AS SELECT * FROM op;
          DELETE FROM grdb_migrations WHERE identifier != 'v1-initial';
          """)
    }
    let opened = try directory.open("ada")
    #expect(try opened.digest() == before.0 && opened.fingerprints() == before.1)
    #expect(try opened.rebuild().differences == [])
    try expectSound(opened)
  }
}

extension Store {
  /// The tips of a log here.
  func tip(of replica: ReplicaID) throws -> [LogTip] {
    try read { try $0.logPositions() }.first { $0.replica == replica }?.tips ?? []
  }
}
