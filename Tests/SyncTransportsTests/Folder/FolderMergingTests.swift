import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("Merging the packs of a folder")
struct FolderMergingTests {
  @Test("Tiers keep few packs, whatever their weights, and write each change few times", arguments: [UInt64(1), 2, 3])
  func tiers(seed: UInt64) {
    var random = seed
    var (weights, written, total) = ([Int](), 0, 0)
    for _ in 0..<5_000 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let weight = 200 + Int((random >> 33) % 3_000)
      weights.append(weight)
      total += weight
      let groups = FolderTiers.groups(weights)
      let merged = groups.map { $0.reduce(0) { $0 + weights[$1] } }
      written += merged.reduce(0, +)
      let gone = Set(groups.joined())
      #expect(gone.count == groups.joined().count)
      weights = weights.indices.filter { !gone.contains($0) }.map { weights[$0] } + merged
      #expect(FolderTiers.groups(weights).isEmpty)
      #expect(weights.count { $0 < FolderTiers.limits[4] } <= 35, "seed \(seed)")
    }
    #expect(weights.reduce(0, +) == total)
    #expect(written < 6 * total, "seed \(seed): \(written) of \(total)")
  }

  @Test("After many syncs there are few files, and they hold everything")
  func manySyncs() throws {
    let folder = try SharedFolder("ada", "ben", graceMilliseconds: 0)
    for number in 0..<150 {
      try folder[number % 2].claim("Claim \(number).")
      try folder.sync(number % 2)
      folder.laptops.clock.advance(milliseconds: 1)
    }
    for index in [0, 1, 0, 1] { try folder.sync(index) }
    #expect(try folder.packs().count <= 2 * 35)
    #expect(try folder.packs().count < 40)
    let late = try folder.newcomer("late")
    #expect(try Set([late.digest(), folder[0].digest(), folder[1].digest()]).count == 1)
    #expect(try late.verify().isSound)
  }

  @Test("Old packs stay for the grace period, and not when what they went into is gone")
  func grace() throws {
    let folder = try SharedFolder("ada", graceMilliseconds: 1_000)
    for number in 0..<8 {
      try folder[0].claim("Claim \(number).")
      try folder.sync(0)
    }
    let all = try folder.packs()
    #expect(all.count == 9)
    let merged = try #require(try all.max { try folder.bytes($0).count < folder.bytes($1).count })
    let kept = try folder.bytes(merged)
    folder.laptops.clock.advance(milliseconds: 999)
    try folder.sync(0)
    #expect(try folder.packs() == all)
    try folder.remove(merged)
    folder.laptops.clock.advance(milliseconds: 1_000)
    try folder.sync(0)
    // They count again, and are merged again, into the same bytes.
    #expect(try folder.packs() == all && folder.bytes(merged) == kept)
    folder.laptops.clock.advance(milliseconds: 1_000)
    try folder.sync(0)
    #expect(try folder.packs() == [merged])
    #expect(try folder.newcomer("late").digest() == folder[0].digest())
  }

  @Test("A reader whose files go while it reads lists again")
  func removalWhileReading() throws {
    let folder = try SharedFolder("ada", "ben", graceMilliseconds: 0)
    for number in 0..<7 {
      try folder[0].claim("Claim \(number).")
      try folder.sync(0)
    }
    let reader = TestFiles(folder.laptops.shared)
    var isDone = false
    reader.before = { operation in
      guard case .read = operation, !isDone else { return }
      isDone = true
      for number in 0..<2 {
        try folder[0].claim("Meanwhile \(number).")
        try folder.sync(0)
        folder.laptops.clock.advance(milliseconds: 1)
      }
    }
    let receipt = try FolderRemote(path: folder.laptops.shared, files: reader).sync(folder[1], SyncRequest())
    #expect(isDone && receipt.report.applied == 10 && receipt.lackingHere.isEmpty)
    #expect(try folder.packs().count < 9)
    try folder.sync(0)
    #expect(try folder[0].digest() == folder[1].digest())
  }

  @Test("A merge that ended midway is done by the next sync")
  func crashWhileMerging() throws {
    struct Crash: Error {}
    let folder = try SharedFolder("ada", graceMilliseconds: 0)
    for number in 0..<40 {
      try folder[0].claim("Claim \(number).")
      var left = number % 5
      folder.files.before = { operation in
        switch operation {
        case .write, .remove:
          left -= 1
          if left < 0 { throw Crash() }
        default: break
        }
      }
      do { try folder.sync(0) } catch is Crash {}
      folder.laptops.clock.advance(milliseconds: 1)
    }
    folder.files.before = nil
    for _ in 0..<3 {
      try folder.sync(0)
      folder.laptops.clock.advance(milliseconds: 1)
    }
    #expect(try folder.packs().count <= 9)
    #expect(try folder.newcomer("late").digest() == folder[0].digest())
  }
}
