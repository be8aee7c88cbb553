import AnnotationStore
import Foundation
import SyncTransports

@testable import Interchange

/// Some replicas of one store that are written to apart and merged now and then: what a store holds after years.
final class Laptops {
  let directory: URL
  let stores: [Store]
  private var random: SeededGenerator
  private var known: [RecordID] = []

  /// - Parameter count: from 2 to 4.
  init(seed: UInt64, count: Int = 2) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("laptops-\(UUID().uuidString)")
    self.directory = directory
    random = SeededGenerator(seed: seed)
    let clock = Clock()
    func environment(_ name: String) -> StoreEnvironment {
      StoreEnvironment(
        stateDirectory: StateDirectory(path: directory.appendingPathComponent("state-\(name)").path),
        nowMilliseconds: { clock.next() })
    }
    let names = ["Ada Nowak", "Ben Okafor", "Cleo Ito", "Dee Roy"].prefix(count)
    var stores: [Store] = []
    for name in names {
      let path = directory.appendingPathComponent("\(name)/store.sqlite").path
      let store = try Store.create(at: path, environment: environment(name), replicaOf: stores.first?.id)
      let orcid = stores.isEmpty ? try ORCID(parsing: "0000-0002-1825-0097") : nil
      try store.write { try $0.becomeCurator(name: name, orcid: orcid) }
      stores.append(store)
    }
    self.stores = stores
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  var ada: Store { stores[0] }
  var ben: Store { stores[1] }

  /// All have what all wrote.
  func merge() throws {
    for store in stores.dropFirst() { _ = try DirectMerge.merge(store, into: ada) }
    for store in stores.dropFirst() { _ = try DirectMerge.merge(ada, into: store) }
  }

  /// Does many things at random, and merges in the end.
  func curate(steps: Int) throws {
    for _ in 0..<steps {
      if random.next() % 6 == 0 { try mergeTwo() }
      do { try write(pick(stores)) } catch is StoreError {} catch is ModelError {}
    }
    try merge()
  }

  /// Does many things at random on all of them, and merges none.
  func writeApart(steps: Int) throws {
    for _ in 0..<steps { do { try write(pick(stores)) } catch is StoreError {} catch is ModelError {} }
  }

  private func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }

  private func mergeTwo() throws {
    let (one, other) = (pick(stores), pick(stores))
    guard one.path != other.path else { return }
    _ = try DirectMerge.merge(one, into: other)
    _ = try DirectMerge.merge(other, into: one)
  }

  private func write(_ store: Store) throws {
    let word = pick(["iron", "ferritin \"x\"", "e\u{301}", "🧬 astrocyte", "LCN2\r\nALS\t", "tag; two", "\\ / \u{7f}"])
    let (coin, choice) = (random.next() % 2 == 0, random.next() % 19)
    let record = known.isEmpty ? nil : pick(known)
    let paper = DerivedID.SourceIdentifier.doi(try DOI(parsing: "10.1000/\(random.next() % 2)"))
    let added = try store.write { transaction -> RecordID? in
      switch (choice, record) {
      case (0, _): return try transaction.addSource(paper, ["title": .text(word)]).id
      case (1...3, _), (_, nil):
        let source = try transaction.addSource(paper).id
        return try transaction.addClaim(
          "\(word) is raised.", source: source, isImported: coin,
          ["selector": Selector(exact: word, prefix: "a ").value], sets: ["tags": coin ? [word] : []]
        ).id
      case (4...5, let record?): return try transaction.annotate(record, body: "On \(word)", tags: coin ? ["t"] : [])
      case (6...7, let record?):
        return try transaction.assess(record, stance: coin ? "supports" : "disputes", body: coin ? word : nil).id
      case (8, let record?): try transaction.delete(record)
      case (9, let record?): try transaction.restore(record)
      case (10...11, let record?): try transaction.setElement(record, "tags", word, isPresent: coin)
      case (12, let record?): try transaction.set(record, "status", to: .text(coin ? "accepted" : "rejected"))
      case (13, let record?): try transaction.set(record, "via", to: coin ? .text(word) : nil)
      case (14, let record?):
        let text = try transaction.reader().record(record)?.text("statement") ?? ""
        try transaction.set(record, "statement", to: .text(coin ? "\(word) is not raised." : "\(text) In \(word)."))
      case (15, let record?): try transaction.set(record, "body", to: .text("On \(word) and more"))
      case (16, let record?):
        return try transaction.addEvidence(
          to: record, .init(direction: coin ? "supports" : "neutral", strength: "weak"))
      case (17, let record?): return try transaction.addLink("refines", from: record, to: known[0]).id
      default:
        guard let conflict = try transaction.reader().conflicts().first else { return nil }
        switch conflict.type {
        case .register:
          try transaction.resolve(conflict.record.id, conflict.field, .take(conflict.values[1].change), because: word)
        case .prose: try transaction.resolve(conflict.record.id, conflict.field, .accept, because: coin ? word : nil)
        case .life, .target: try transaction.resolve(conflict.record.id, "", coin ? .restore : .delete, because: word)
        case .fork: break
        }
      }
      return nil
    }
    if let added { known.append(added) }
  }

  /// Milliseconds that always go on.
  private final class Clock: @unchecked Sendable {
    private let lock = NSLock()
    private var now: Int64 = 1_760_000_000_000

    func next() -> Int64 {
      lock.withLock {
        now += 1
        return now
      }
    }
  }
}
