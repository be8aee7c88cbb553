import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

/// What the contract needs of a transport: to carry changes one way, whole, cut off, or damaged.
protocol Carrier {
  /// Carries what one store has and the other lacks.
  func carry(from: Store, to: Store) async throws -> Carried

  /// The same, but it ends after so many steps, whatever a step is.
  ///
  /// - Returns: whether it came to its end before that.
  func carry(from: Store, to: Store, cutAfter steps: Int) async throws -> Bool

  /// The same, but a byte of the first pack changes on the way.
  func carryDamaged(from: Store, to: Store) async throws -> ReceiveReport
}

/// What a carrier did.
struct Carried {
  var report: ReceiveReport
  /// The size of the packs that came, in bytes.
  var packBytes: Int
}

/// The transports that are held to the contract.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
  case merge, bundle, folder, hub, http, https

  var testDescription: String { rawValue }

  /// A carrier of this kind, for the stores of these laptops.
  func carrier(_ laptops: Laptops) -> any Carrier {
    switch self {
    case .merge: MergeCarrier()
    case .bundle: BundleCarrier(directory: laptops.path)
    case .folder: FolderCarrier(directory: laptops.shared)
    case .hub: HubCarrier(directory: laptops.path + "/hub", way: .inProcess)
    case .http: HubCarrier(directory: laptops.path + "/hub", way: .socket)
    case .https: HubCarrier(directory: laptops.path + "/hub", way: .tls)
    }
  }
}

/// A session between two stores at hand.
struct MergeCarrier: Carrier {
  func carry(from: Store, to: Store) throws -> Carried {
    let receipt = try DirectMerge.merge(from, into: to).here
    return Carried(report: receipt.received, packBytes: receipt.bytesReceived)
  }

  func carry(from: Store, to: Store, cutAfter steps: Int) throws -> Bool {
    var left = steps
    return try session(from, to) { message in
      left -= 1
      return left >= 0 ? message : nil
    }.isWhole
  }

  func carryDamaged(from: Store, to: Store) throws -> ReceiveReport {
    var isDone = false
    return try session(from, to) { message in
      guard case .pack(var bytes) = message, !isDone else { return message }
      isDone = true
      bytes[bytes.count / 2] ^= 1
      return .pack(bytes)
    }.report
  }

  /// A session whose messages pass through `transform`, and which ends where that gives none.
  private func session(
    _ from: Store, _ to: Store, _ transform: (SyncMessage) throws -> SyncMessage?
  ) throws -> (isWhole: Bool, report: ReceiveReport) {
    var theirs = SyncSession(StoreReplica(from, take: { _ in ReceiveReport() }), direction: .push)
    var ours = SyncSession(StoreReplica(to, take: { try to.receive($0).report }), direction: .pull)
    while !(ours.isFinished && theirs.isFinished) {
      if let forth = try theirs.nextMessage() {
        guard let forth = try transform(forth) else { return (false, ours.receipt.received) }
        try ours.receive(forth)
      }
      if let back = try ours.nextMessage() {
        guard let back = try transform(back) else { return (false, ours.receipt.received) }
        try theirs.receive(back)
      }
    }
    return (true, ours.receipt.received)
  }
}

/// A bundle of what the taker lacks by a bundle of its own.
struct BundleCarrier: Carrier {
  let directory: String

  private func make(_ from: Store, _ to: Store) throws -> (path: String, packBytes: Int) {
    let (known, path) = ("\(directory)/\(UUID().uuidString).bundle", "\(directory)/\(UUID().uuidString).bundle")
    if from.id == to.id {
      _ = try BundleFile.create(known, of: to)
      _ = try BundleFile.create(path, of: from, .lacking(try BundleReader(known).head))
    } else {
      _ = try BundleFile.create(path, of: from)
    }
    return (path, 0)
  }

  func carry(from: Store, to: Store) throws -> Carried {
    let receipt = try BundleFile.apply(make(from, to).path, to: to)
    if let problem = receipt.problem { throw problem }
    return Carried(report: receipt.report, packBytes: receipt.bytes)
  }

  func carry(from: Store, to: Store, cutAfter steps: Int) throws -> Bool {
    let path = try make(from, to).path
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // A step is a twelfth of the file, so that some end within packs.
    let count = min(bytes.count, bytes.count * steps / 12)
    try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
    do { return try BundleFile.apply(path, to: to).problem == nil } catch is BundleError { return false }
  }

  func carryDamaged(from: Store, to: Store) throws -> ReceiveReport {
    let path = try make(from, to).path
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let start = try unwrapped(bytes.range(of: Data([0x89] + Array("VPK\r\n".utf8))))
    bytes[start.lowerBound + PackHead.byteCount + 20] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    return try BundleFile.apply(path, to: to).report
  }
}

/// A folder into which one pushes and from which the other pulls.
struct FolderCarrier: Carrier {
  let directory: String

  private func request(_ store: Store, _ direction: SyncDirection) throws -> SyncRequest {
    let registry = RemoteRegistry(store)
    let remote = try Remote(name: "shared", address: .folder(path: directory))
    if try registry.all().isEmpty { try registry.add(remote) }
    return SyncRequest(direction: direction, memory: registry.memory(of: remote))
  }

  func carry(from: Store, to: Store) throws -> Carried {
    let remote = FolderRemote(path: directory)
    _ = try remote.sync(from, request(from, .push))
    let receipt = try remote.sync(to, request(to, .pull))
    return Carried(report: receipt.report, packBytes: receipt.received.bytes)
  }

  private struct Cut: Error {}

  func carry(from: Store, to: Store, cutAfter steps: Int) throws -> Bool {
    let files = TestFiles(directory)
    var left = steps
    files.before = { _ in
      left -= 1
      if left < 0 { throw Cut() }
    }
    let remote = FolderRemote(path: directory, files: files)
    do {
      _ = try remote.sync(from, request(from, .push))
      _ = try remote.sync(to, request(to, .pull))
      return true
    } catch is Cut { return false }
  }

  func carryDamaged(from: Store, to: Store) throws -> ReceiveReport {
    let remote = FolderRemote(path: directory)
    let sent = try remote.sync(from, request(from, .push)).sent
    let packs = try unwrapped(FileManager.default.subpaths(atPath: directory)).filter { $0.hasSuffix(".vpk") }.sorted()
    let path = "\(directory)/\(try unwrapped(packs.first))"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let receipt = try remote.sync(to, request(to, .pull))
    // A folder names what it passes over instead of refusing it. The pack is written again by whoever repairs.
    var report = receipt.report
    for finding in receipt.findings {
      report.refuse(Refusal(replica: nil, sequence: 0, count: 0, reason: finding.what))
    }
    if sent.packs > 0 {
      _ = try remote.sync(
        from, SyncRequest(direction: .push, memory: request(from, .push).memory, trustsMemory: false))
    }
    return report
  }
}
