import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("Syncing through a folder")
struct FolderSyncTests {
  @Test("A folder in which nothing changed is listed, and no pack is read")
  func unchangedIsListed() throws {
    let folder = try SharedFolder("ada", "ben")
    try folder[0].claim("One.")
    for index in [0, 1, 0] { try folder.sync(index) }
    for index in [0, 1] {
      folder.files.reset()
      let receipt = try folder.sync(index)
      #expect(folder.files.reads == 0 && folder.files.lists > 0 && folder.files.changed.isEmpty)
      #expect(receipt.areEqual && receipt.sent.packs == 0 && receipt.received.packs == 0)
    }
  }

  @Test("What one writes costs another one file")
  func oneFileIsRead() throws {
    let folder = try SharedFolder("ada", "ben")
    try folder[0].claim("One.")
    for index in [0, 1, 0] { try folder.sync(index) }
    try folder[0].claim("Two.")
    #expect(try folder.sync(0).sent.changes == 1)
    folder.files.reset()
    let receipt = try folder.sync(1)
    #expect(folder.files.reads == 1 && receipt.report.applied == 1 && receipt.sent.packs == 0)
  }

  @Test("Each writes below its own directory, only whole packs named by their hashes")
  func ownDirectory() throws {
    let folder = try SharedFolder("ada", "ben")
    var writers: [Set<String>] = []
    for index in [0, 1] {
      try folder[index].claim("Mine.")
      folder.files.reset()
      try folder.sync(index)
      #expect(folder.files.changed.allSatisfy { $0.count == 3 && $0[0] == "\(folder.laptops.id).variorum" })
      writers.append(Set(folder.files.changed.map { $0[1] }))
    }
    #expect(writers.allSatisfy { $0.count == 1 } && writers[0] != writers[1])
    for name in try folder.packs() {
      let pack = try Pack(
        opening: Array(folder.bytes(name)), expecting: folder.laptops.id, decompress: Zstandard.decompress)
      #expect(name.hasSuffix("/\(pack.hash.hex).vpk"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.laptops.shared).count == 1)
  }

  @Test("What came by other ways and the folder lacks is written by whoever has it")
  func carriesOthers() throws {
    let folder = try SharedFolder("ada", "ben", "cy")
    try folder[0].claim("Ada's.")
    _ = try DirectMerge.merge(folder[0], into: folder[1])
    #expect(try folder.sync(1).sent.changes == 3)
    #expect(try folder.sync(2).report.applied == 3)
    #expect(try folder.sync(0).sent.packs == 0)
  }

  @Test("A rehearsal tells what would happen, and changes nothing")
  func rehearsal() throws {
    let folder = try SharedFolder("ada", "ben")
    try folder[0].claim("One.")
    try folder.sync(0)
    let digest = try folder[1].digest()
    folder.files.reset()
    for _ in 0..<2 {
      let preview = try folder.rehearse(1)
      #expect(preview.incoming.report.applied == 2 && preview.outgoing == 1)
    }
    #expect(folder.files.changed.isEmpty && folder.files.reads == 2)
    #expect(try folder[1].digest() == digest)
    #expect(try folder.sync(1).report.applied == 2)
  }

  @Test("Pulling writes nothing, pushing takes nothing")
  func oneWay() throws {
    let folder = try SharedFolder("ada", "ben")
    try folder[0].claim("One.")
    try folder.sync(0)
    let before = try folder[1].digest()
    #expect(try folder.sync(1, .push).sent.changes == 1)
    #expect(try folder[1].digest() == before)
    try folder[1].claim("Two.")
    folder.files.reset()
    let receipt = try folder.sync(1, .pull)
    #expect(receipt.report.applied == 2 && receipt.lackingThere == 1 && folder.files.changed.isEmpty)
    #expect(try folder.sync(1, .push).sent.changes == 1)
  }

  @Test("Any number write and read at once, and nobody waits for anybody")
  func concurrentWriters() async throws {
    let folder = try SharedFolder()
    for number in 0..<8 { try folder.laptops.add("laptop\(number)") }
    let (shared, stores) = (folder.laptops.shared, folder.laptops.stores)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, store) in stores.enumerated() {
        group.addTask {
          let remote = FolderRemote(path: shared, files: nil, graceMilliseconds: 0)
          let registry = RemoteRegistry(store)
          let place = try Remote(name: "shared", address: .folder(path: shared))
          try registry.add(place)
          for round in 0..<12 {
            try store.claim("Claim \(round) of laptop \(number).")
            _ = try remote.sync(store, SyncRequest(memory: registry.memory(of: place)))
          }
        }
      }
      try await group.waitForAll()
    }
    for _ in 0..<2 { for store in stores { try folder.sync(store) } }
    #expect(try folder.digests().count == 1)
    #expect(try folder.newcomer("late").digest() == stores[0].digest())
    #expect(try stores[0].read { try $0.status().changes } == 8 * 13)
  }

  @Test("Two stores share a folder and know nothing of each other")
  func twoStores() throws {
    let folder = try SharedFolder("ada")
    let stranger = try folder.laptops.stranger()
    try folder.sync(0)
    #expect(throws: RemoteError.otherStores(folder.laptops.shared, [folder.laptops.id], wanted: stranger.id)) {
      try folder.sync(stranger, .pull)
    }
    let receipt = try folder.sync(stranger)
    #expect(receipt.sent.changes == 1 && receipt.notices.count == 1 && receipt.report == ReceiveReport())
    #expect(try FolderRemote(path: folder.laptops.shared).stores() == [folder.laptops.id, stranger.id].sorted())
  }

  @Test("A copy of a store's file writes to a directory of its own")
  func copiedStore() throws {
    let folder = try SharedFolder("ada")
    try folder.sync(0)
    let copy = folder.laptops.path + "/copy.sqlite"
    try folder[0].backup(to: copy)
    let store = try Store.open(at: copy, environment: folder.laptops.environment("ada"))
    try store.claim("By the copy.")
    folder.files.reset()
    try folder.sync(store)
    let original = try folder.packs().map { $0.prefix(32) }
    #expect(Set(original).count == 2 && folder.files.reads == 0)
  }
}
