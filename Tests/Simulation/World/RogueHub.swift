import AnnotationStore
import Foundation
import HTTPTypes
import Hub
import Logging
import NIOCore
import SyncTransports

/// The hub of the machines, in this process, with the requests that are still on their way to it though nobody waits
/// for their answers. It is wiped, set back and started anew.
///
/// Only one thread at a time has to do with it: that of the world, or the one errand that is not stopped.
final class RogueHub: @unchecked Sendable {
  /// A request as it was sent.
  struct Letter {
    var request: HTTPRequest
    var body: [UInt8]
    /// The how manyth it is of all.
    var number: Int
    /// Whether the hub had it already.
    var hasArrived = false
  }

  /// An answer as it came.
  struct Reply {
    var head: HTTPResponse
    var body: [UInt8]
  }

  /// The client of this request has gone in the middle of it.
  struct Broken: Error {}

  private let path: String
  private var hub: Hub?
  private var token: String?
  private var sent = 0
  private var newest = 0
  /// Requests that may arrive later, or once more.
  var stray: [Letter] = []
  var tally = Tally()

  init(_ path: String) { self.path = path }

  private var kept: String { path + ".old" }

  /// Whether anything was ever sent to it.
  var exists: Bool { token != nil }
  /// Whether it was backed up.
  var isBackedUp: Bool { FileManager.default.fileExists(atPath: kept) }

  /// How to reach it by some way.
  func options(_ wire: any HubWire) throws -> HubOptions {
    if token == nil {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
      token = try TokenFile(dataDirectory: path).create(
        name: "simulation", role: .writer, stores: nil, environment: environment
      ).text
    }
    var options = HubOptions(environment: ["XDG_CONFIG_HOME": path + "/config"])
    options.environment["VARIORUM_TOKEN"] = token
    options.wire = wire
    options.sleep = { _ in }
    return options
  }

  // MARK: - Requests

  /// Notes that a request is on its way.
  func letter(_ request: HTTPRequest, _ body: [UInt8]) -> Letter {
    sent += 1
    return Letter(request: request, body: body, number: sent)
  }

  /// Gives a request to the hub, and takes the whole answer.
  ///
  /// - Parameter count: how many bytes of the body arrive; `nil` for all.
  func deliver(_ letter: Letter, cutAfter count: Int? = nil) async throws -> Reply {
    if letter.hasArrived {
      tally.count("fault: request to the hub came twice")
    } else if letter.number < newest {
      tally.count("fault: requests to the hub came in another order")
    }
    newest = max(newest, letter.number)
    let hub = try running()
    let arriving = Array(letter.body.prefix(count ?? letter.body.count))
    var pieces: [RoguePieces.Piece] = [{ arriving }]
    if count != nil { pieces.append { throw Broken() } }
    let answer = try await hub.wire.send(letter.request, body: HubBody(RoguePieces(pieces: pieces)))
    return Reply(head: answer.head, body: Array(buffer: try await answer.body.collect(upTo: 1 << 30)))
  }

  private func running() throws -> Hub {
    if let hub { return hub }
    let started = try Hub(
      HubConfiguration(host: "localhost", port: 0, dataDirectory: path),
      logger: Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() }))
    hub = started
    return started
  }

  // MARK: - What happens to it

  /// Ends it; the next request starts it again.
  func stop() async {
    await hub?.close()
    hub = nil
  }

  /// Keeps a copy of what it has.
  func backUp() throws {
    try? FileManager.default.removeItem(atPath: kept)
    try FileManager.default.copyItem(atPath: path, toPath: kept)
  }

  /// Puts back the copy.
  func setBack() throws {
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: kept, toPath: path)
  }

  /// Removes all but the tokens.
  func wipe() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where name != "tokens.json" {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// Removes everything.
  func remove() { for path in [path, kept] { try? FileManager.default.removeItem(atPath: path) } }
}
