import AnnotationStore
import Foundation
import Hub
import Logging
import SyncProtocol

@testable import SyncTransports

/// A hub to which one pushes and from which the other pulls.
struct HubCarrier: Carrier {
  /// How it is reached.
  enum Way {
    case inProcess, socket, tls
  }

  /// Where the hub has its data; a hub runs there while something is carried.
  let directory: String
  let way: Way

  func carry(from: Store, to: Store) async throws -> Carried {
    try await withRemote { address, options in
      let remote = HubRemote(address: address, options: options)
      _ = try await remote.sync(from, request(from, .push))
      let receipt = try await remote.sync(to, request(to, .pull))
      return Carried(report: receipt.report, packBytes: receipt.received.bytes)
    }
  }

  func carry(from: Store, to: Store, cutAfter steps: Int) async throws -> Bool {
    try await withRemote { address, options in
      // A step is some bytes, of whatever is said in whichever direction.
      var (options, address, proxy) = (options, address, CuttingProxy?.none)
      options.tries = 1
      if let wire = options.wire {
        options.wire = CuttingWire(wire, afterBytes: steps * 600)
      } else {
        proxy = try await CuttingProxy(to: address, afterBytes: steps * 600)
        address = proxy?.address ?? address
      }
      let remote = HubRemote(address: address, options: options)
      var isWhole = true
      do {
        _ = try await remote.sync(from, request(from, .push))
        _ = try await remote.sync(to, request(to, .pull))
      } catch is RemoteError { isWhole = false }
      try await proxy?.end()
      return isWhole
    }
  }

  func carryDamaged(from: Store, to: Store) async throws -> ReceiveReport {
    try await withRemote { address, options in
      _ = try await HubRemote(address: address, options: options).sync(from, request(from, .push))
      let request = try request(to, .pull)
      return try await HubConnection.with(address, options) { connection in
        var isDone = false
        var session = HubSession(connection, to, request) { bytes in
          var bytes = bytes
          if !isDone { bytes[bytes.count / 2] ^= 1 }
          isDone = true
          return try HubRemote.take(bytes, to.id) { try to.receive($0).report }
        }
        try await session.run(trustsMemory: true)
        return session.receipt.report
      }
    }
  }

  private func request(_ store: Store, _ direction: SyncDirection) throws -> SyncRequest {
    let registry = RemoteRegistry(store)
    // A hub is known by what it says and not by its port, which is another one each time.
    let remote = try Remote(name: "hub", address: .hub(url: "http://127.0.0.1"))
    if try registry.all().isEmpty { try registry.add(remote) }
    return SyncRequest(direction: direction, memory: registry.memory(of: remote))
  }

  /// Runs the hub.
  private func withRemote<Value: Sendable>(
    _ body: @Sendable (_ address: String, _ options: HubOptions) async throws -> Value
  ) async throws -> Value {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
    let token = try TokenFile(dataDirectory: directory).create(
      name: "test", role: .writer, stores: nil, environment: environment
    ).text
    // No test reads the credentials of whoever runs it.
    var options = HubOptions(environment: ["VARIORUM_TOKEN": token, "XDG_CONFIG_HOME": directory + "/config"])
    var configuration = HubConfiguration(host: "127.0.0.1", port: 0, dataDirectory: directory)
    if way == .tls {
      let files = try TestCertificates(in: directory)
      configuration.tls = (files.certificate, files.key)
      options.certificateFile = files.authority
    }
    let hub = try Hub(configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    if way == .inProcess {
      options.wire = hub.wire
      let result: Result<Value, any Error>
      do { result = .success(try await body("http://localhost", options)) } catch { result = .failure(error) }
      await hub.close()
      return try result.get()
    }
    let known = options
    return try await withHub(hub, scheme: way == .tls ? "https" : "http") { try await body($0, known) }
  }
}
