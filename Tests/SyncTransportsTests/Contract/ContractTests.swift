import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports
import Testing

/// What holds of every transport; a new one is a case of ``Transport``.
@Suite("The contract of all transports", .timeLimit(.minutes(25)))
struct ContractTests {
  @Test("In whatever order stores meet, they end the same", arguments: Transport.allCases, [UInt64(1), 2, 3])
  func anyOrder(_ transport: Transport, seed: UInt64) async throws {
    let laptops = try Laptops("ada", "ben", "cy")
    let carrier = transport.carrier(laptops)
    var random = seed
    func below(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % UInt64(count))
    }
    for number in 0..<24 {
      let store = laptops.stores[below(3)]
      if below(2) == 0 {
        try store.claim("Claim \(number).")
      } else {
        let (from, to) = (below(3), below(2))
        let other = laptops.stores[(from + 1 + to) % 3]
        let report = try await carrier.carry(from: laptops.stores[from], to: other).report
        #expect(report.refused.isEmpty, "seed \(seed)")
      }
    }
    for _ in 0..<2 {
      for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        _ = try await carrier.carry(from: laptops.stores[from], to: laptops.stores[to])
      }
    }
    let digests = Set(try laptops.stores.map { try $0.digest() })
    #expect(digests.count == 1, "seed \(seed)")
    for store in laptops.stores { #expect(try store.verify().isSound, "seed \(seed)") }
  }

  @Test("What is there already is not carried again", arguments: Transport.allCases)
  func idempotent(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben")
    let (ada, ben, carrier) = (laptops.stores[0], laptops.stores[1], transport.carrier(laptops))
    try ada.claim("One.", "Two.", "Three.")
    let first = try await carrier.carry(from: ada, to: ben)
    #expect(first.report.applied == 4 && first.packBytes > 0)
    let digest = try ben.digest()
    for _ in 0..<2 {
      let again = try await carrier.carry(from: ada, to: ben)
      #expect(again.report == ReceiveReport() && again.packBytes == 0)
    }
    #expect(try ben.digest() == digest)
  }

  @Test("A thousand logs cost what is new of them", arguments: Transport.allCases)
  func manyLogs(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben")
    let (ada, ben, carrier) = (laptops.stores[0], laptops.stores[1], transport.carrier(laptops))
    let count: UInt32 = 1_000
    var writer = PackWriter(store: laptops.id)
    for number in 0..<count {
      var log = try HandMadeLog(store: laptops.id, number: number)
      try writer.append([log.change(after: nil)], replica: log.replica, after: nil)
    }
    try ada.receive(bytes: writer.finish(compress: Zstandard.compress).bytes)
    let first = try await carrier.carry(from: ada, to: ben)
    #expect(first.report.applied == Int(count) + 1)
    try ada.claim("One more.")
    let second = try await carrier.carry(from: ada, to: ben)
    // The claim names the thousand heads that it was written after.
    #expect(second.report.applied == 1 && second.packBytes < 33 * Int(count) + 4_096)
    try ada.claim("And another.")
    let third = try await carrier.carry(from: ada, to: ben)
    #expect(third.report.applied == 1 && third.packBytes < 1_024, "\(third.packBytes) bytes")
  }

  @Test("Both branches of a forked log are carried", arguments: Transport.allCases)
  func forkedLog(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben", "cy")
    let carrier = transport.carrier(laptops)
    var log = try HandMadeLog(store: laptops.id, number: 1)
    let first = try log.change(after: nil)
    let (left, right) = (try log.change(after: (first.id, 1)), try log.change(after: (first.id, 1)))
    let further = try log.change(after: (right.id, 2))
    try laptops.stores[0].receive(bytes: log.pack([first, left]))
    try laptops.stores[1].receive(bytes: log.pack([first, right, further]))
    for (from, to) in [(0, 2), (1, 2), (2, 0), (2, 1)] {
      let report = try await carrier.carry(from: laptops.stores[from], to: laptops.stores[to]).report
      #expect(report.refused.isEmpty)
    }
    for store in laptops.stores {
      let tips = try store.read { try $0.logPositions() }.first { $0.replica == log.replica }?.tips.map(\.id)
      #expect(tips.map(Set.init) == [left.id, further.id])
    }
  }

  @Test("What waits for others is carried, and released when they come", arguments: Transport.allCases)
  func waiting(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben")
    let (ada, ben, carrier) = (laptops.stores[0], laptops.stores[1], transport.carrier(laptops))
    var (log, other) = (
      try HandMadeLog(store: laptops.id, number: 1), try HandMadeLog(store: laptops.id, number: 2)
    )
    let named = try other.change(after: nil)
    let first = try log.change(after: nil, deps: [named.id])
    let second = try log.change(after: (first.id, 1))
    #expect(try ada.receive(bytes: log.pack([first, second])).waiting == 2)
    let early = try await carrier.carry(from: ada, to: ben).report
    #expect(early.waiting == 2 && early.applied == 1)
    try ada.receive(bytes: other.pack([named]))
    let late = try await carrier.carry(from: ada, to: ben).report
    #expect(late.applied == 1 && late.released == 2)
    #expect(try ben.read { try $0.status() }.waiting == 0)
  }

  @Test("Cut off at any step it is finished by another", arguments: Transport.allCases)
  func cutOff(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben", "cy")
    let (ada, ben, carrier) = (laptops.stores[0], laptops.stores[1], transport.carrier(laptops))
    for number in 0..<20 { try ada.claim("Claim \(number).") }
    try laptops.stores[2].claim("Another's.")
    _ = try DirectMerge.merge(laptops.stores[2], into: ada)
    var steps = 0
    while try await !carrier.carry(from: ada, to: ben, cutAfter: steps) {
      #expect(try ben.rebuild().differences.isEmpty)
      steps += 1
    }
    #expect(steps > 4)
    let receipt = try await carrier.carry(from: ada, to: ben)
    #expect(receipt.report.applied == 0)
    let rest = try await carrier.carry(from: ben, to: ada)
    #expect(rest.report.refused.isEmpty)
    #expect(try ada.digest() == ben.digest())
    #expect(try ben.verify().isSound)
  }

  @Test("Damage is refused and leaves the rest", arguments: Transport.allCases)
  func damage(_ transport: Transport) async throws {
    let laptops = try Laptops("ada", "ben", "cy")
    let (ada, ben, carrier) = (laptops.stores[0], laptops.stores[1], transport.carrier(laptops))
    try fill(ada, laptops.stores[2])
    let report = try await carrier.carryDamaged(from: ada, to: ben)
    #expect(report.refused.count == 1 && report.refused.first?.reason.isEmpty == false)
    #expect(report.applied + report.waiting > 0)
    #expect(try ben.verify().isSound)
    _ = try await carrier.carry(from: ada, to: ben)
    _ = try await carrier.carry(from: ben, to: ada)
    #expect(try ada.digest() == ben.digest())
  }

  @Test("Another store's changes do not come in", arguments: Transport.allCases)
  func otherStore(_ transport: Transport) async throws {
    let laptops = try Laptops("ada")
    let (ada, stranger, carrier) = (laptops.stores[0], try laptops.stranger(), transport.carrier(laptops))
    let digest = try ada.digest()
    await #expect(throws: (any Error).self) { try await carrier.carry(from: stranger, to: ada) }
    #expect(try ada.digest() == digest)
  }

  /// More than one pack's worth, by two writers.
  private func fill(_ ada: Store, _ cy: Store) throws {
    for (index, store) in [ada, cy].enumerated() {
      for number in 0..<6 {
        try store.claim("\(index) \(number)" + String(repeating: " LCN2 is raised in ALS.", count: 16_000))
      }
    }
    _ = try DirectMerge.merge(cy, into: ada)
  }
}
