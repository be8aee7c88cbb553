import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

extension World {
  /// A sync with the hub over a wire on which anything may happen, while others go on.
  func syncHub() throws { try syncHub(pickSite(), depth: 0) }

  /// - Parameter depth: how many other syncs are held meanwhile.
  private func syncHub(_ site: Site, depth: Int) throws {
    let directions = SyncDirection.allCases + [.both, .both, .both]
    let direction = directions[random.below(directions.count)]
    let faultPercent = random.chance(percent: 60) ? 60 : 0
    do {
      let receipt = try syncHub(site, direction, faultPercent: faultPercent, tries: 1 + random.below(3), depth: depth)
      note(receipt.report)
      try require(receipt.report.refused.isEmpty, "the hub's packs were refused: \(receipt.report.refused)")
    } catch let error as RemoteError {
      // Who only takes may find that there is nothing yet.
      guard faultPercent > 0 || direction == .pull else { throw error }
      tally.count("fault: sync with the hub cut")
    }
    try checkKept(site)
  }

  /// The hub loses what it has, is set back to what it was, started anew, or gets what was on its way.
  func disturbHub() throws {
    guard hub.exists else { return }
    switch random.below(5) {
    case 0...1 where hub.isBackedUp && random.chance(percent: 60):
      try stopHub()
      try hub.setBack()
      tally.count("fault: hub set back")
    case 0...1:
      try stopHub()
      try hub.backUp()
      tally.count("backups of the hub")
    case 2:
      try stopHub()
      tally.count("fault: hub started anew")
    case 3: try deliverStray()
    default:
      try stopHub()
      try hub.wipe()
      tally.count("fault: hub wiped")
    }
  }

  /// Everybody syncs with the hub until nobody has anything to send or to take; then all are the same, by the hub alone.
  func healByHub() throws {
    while !hub.stray.isEmpty { try deliverStray() }
    for round in 0..<6 {
      var isQuiet = true
      for site in sites {
        let receipt = try syncHub(site, .both, faultPercent: 0, tries: 1, depth: 0)
        if receipt.sent.packs + receipt.received.packs > 0 { isQuiet = false }
        try require(receipt.areEqual, "after a whole sync the hub has not what site \(site.index) has")
        try checkKept(site)
      }
      if isQuiet { break }
      try require(round < 5, "syncing with the hub comes to no end")
    }
    let digests = Set(try sites.map { try $0.store().read { try $0.status().digest } })
    try require(digests.count == 1, "after syncing with the hub there are \(digests.count) digests")
  }

  private func syncHub(
    _ site: Site, _ direction: SyncDirection, faultPercent: Int, tries: Int, depth: Int
  ) throws -> RemoteReceipt {
    let store = try site.store()
    let memory = try memory(of: store, "hub", .hub(url: "http://localhost"))
    let isTold = random.chance(percent: 10)
    let trustsMemory = !random.chance(percent: 10)
    let errand = Errand()
    var options = try hub.options(RogueWire(hub, errand, seed: random.next(), faultPercent: faultPercent))
    options.tries = tries
    let remote = HubRemote(address: "http://localhost", options: options)
    defer { takeTally() }
    let receipt = try errand.run {
      func request() -> SyncRequest { SyncRequest(direction: direction, memory: memory, trustsMemory: trustsMemory) }
      if isTold { _ = try await remote.rehearse(store, request()) }
      return try await remote.sync(store, request())
    } meanwhile: {
      try goOn(without: site, depth: depth)
    }
    tally.count("packs sent to the hub", receipt.sent.packs)
    tally.count("packs taken from the hub", receipt.received.packs)
    return receipt
  }

  /// What happens while something is held on its way between a machine and the hub. That machine is on, and others of
  /// its programs may write and sync; only its store stays open.
  private func goOn(without site: Site, depth: Int) throws {
    for _ in 0..<(1 + random.below(3)) {
      switch random.below(10) {
      case 0...1: try write(site)
      case 2: try write(pickSite())
      case 3: try merge()
      case 4: try disturbHub()
      case 5: try deliverStray()
      default: if depth < 2 { try syncHub(pickSite(), depth: depth + 1) }
      }
    }
  }

  /// A request that was held for long, or lost, arrives; or one that arrived comes once more. Nobody reads the answer.
  private func deliverStray() throws {
    guard !hub.stray.isEmpty else { return }
    let letter = hub.stray.remove(at: random.below(hub.stray.count))
    let hub = hub
    _ = try Errand().run {
      try await hub.deliver(letter).head
    } meanwhile: {
    }
    takeTally()
  }

  private func stopHub() throws {
    let hub = hub
    try Errand().run {
      await hub.stop()
    } meanwhile: {
    }
  }

  /// Lets go of the hub at the end of a run.
  func endHub() {
    try? stopHub()
    hub.remove()
  }

  private func takeTally() {
    tally += hub.tally
    hub.tally = Tally()
  }
}
