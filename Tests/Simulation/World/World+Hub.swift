import AnnotationStore
import Foundation
import Hub
import Logging
import SyncProtocol
import SyncTransports

extension World {
  /// A sync with the hub; the wire may break after any byte, and the same may be said twice.
  func syncHub() throws {
    let site = pickSite()
    let directions = SyncDirection.allCases + [.both, .both, .both]
    let direction = directions[random.below(directions.count)]
    let limit = random.chance(percent: 50) ? random.below(8_000) : nil
    do {
      let receipt = try syncHub(site, direction, cutAfter: limit)
      note(receipt.report)
      try require(receipt.report.refused.isEmpty, "the hub's packs were refused: \(receipt.report.refused)")
    } catch let error as RemoteError {
      // Who only takes may find that there is nothing yet.
      guard limit != nil || direction == .pull else { throw error }
      tally.count("fault: sync with the hub cut")
    }
    try checkKept(site)
  }

  /// The hub loses what it has, or is set back to what it was.
  func disturbHub() throws {
    let files = FileManager.default
    guard files.fileExists(atPath: hubPath) else { return }
    switch random.below(3) {
    case 0:
      try? files.removeItem(atPath: hubPath + ".old")
      try files.copyItem(atPath: hubPath, toPath: hubPath + ".old")
      tally.count("backups of the hub")
    case 1 where files.fileExists(atPath: hubPath + ".old"):
      try files.removeItem(atPath: hubPath)
      try files.copyItem(atPath: hubPath + ".old", toPath: hubPath)
      tally.count("fault: hub set back")
    default:
      try files.removeItem(atPath: hubPath)
      tally.count("fault: hub wiped")
    }
  }

  /// Everybody syncs with the hub until nobody has anything to send or to take; then all are the same, by the hub alone.
  func healByHub() throws {
    for round in 0..<6 {
      var isQuiet = true
      for site in sites {
        let receipt = try syncHub(site, .both, cutAfter: nil)
        if receipt.sent.packs + receipt.received.packs > 0 { isQuiet = false }
        try checkKept(site)
      }
      if isQuiet { break }
      try require(round < 5, "syncing with the hub comes to no end")
    }
    let digests = Set(try sites.map { try $0.store().read { try $0.status().digest } })
    try require(digests.count == 1, "after syncing with the hub there are \(digests.count) digests")
  }

  /// Beside the machines, and not below a path that begins as theirs do: their disk fails, and the hub runs on threads of
  /// its own.
  var hubPath: String {
    let place = URL(fileURLWithPath: root)
    return place.deletingLastPathComponent().path + "/hub-of-" + place.lastPathComponent
  }

  private func syncHub(_ site: Site, _ direction: SyncDirection, cutAfter limit: Int?) throws -> RemoteReceipt {
    let store = try site.store()
    let memory = try memory(of: store, "hub", .hub(url: "http://127.0.0.1"))
    let (path, isTold) = (hubPath, random.chance(percent: 10))
    let trustsMemory = !random.chance(percent: 10)
    let receipt = try waiting {
      try await Self.withRemote(in: path) { address, options in
        let proxy = try await limit.asyncMap { try await CuttingProxy(to: address, afterBytes: $0) }
        var options = options
        options.tries = limit == nil ? 4 : 1
        let remote = HubRemote(address: proxy?.address ?? address, options: options)
        func request() -> SyncRequest {
          SyncRequest(direction: direction, memory: memory, trustsMemory: trustsMemory)
        }
        let result: Result<RemoteReceipt, any Error>
        do {
          if isTold { _ = try await remote.rehearse(store, request()) }
          result = .success(try await remote.sync(store, request()))
        } catch { result = .failure(error) }
        try await proxy?.end()
        return try result.get()
      }
    }
    tally.count("packs sent to the hub", receipt.sent.packs)
    tally.count("packs taken from the hub", receipt.received.packs)
    return receipt
  }

  private static func withRemote<Value: Sendable>(
    in path: String, _ body: @Sendable (_ address: String, _ options: HubOptions) async throws -> Value
  ) async throws -> Value {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
    let token = try TokenFile(dataDirectory: path).create(
      name: "simulation", role: .writer, stores: nil, environment: environment
    ).text
    let options = HubOptions(environment: ["VARIORUM_TOKEN": token, "XDG_CONFIG_HOME": path + "/config"])
    let hub = try Hub(
      HubConfiguration(host: "127.0.0.1", port: 0, dataDirectory: path),
      logger: Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() }))
    return try await withHub(hub) { try await body($0, options) }
  }

  /// Waits on this thread, which is none of those that tasks run on.
  private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var result: Result<Value, any Error>?
    Task.detached {
      do { result = .success(try await body()) } catch { result = .failure(error) }
      done.signal()
    }
    done.wait()
    guard let result else { throw Violation("a sync with the hub gave no result") }
    return try result.get()
  }
}

extension Optional {
  fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async throws -> Value? {
    if let self { try await transform(self) } else { nil }
  }
}
