import AnnotationStore
import Foundation

/// The clock and the randomness of one machine: the clock goes wrong, and both come from the seed.
final class Machine: @unchecked Sendable {
  var offsetMilliseconds: Int64 = 0
  var random = SplitMix64(seed: 0)
  private var nowMilliseconds: Int64 = 1_760_000_000_000

  func now() -> Int64 {
    nowMilliseconds += 1_000
    return nowMilliseconds + offsetMilliseconds
  }

  func bytes(_ count: Int) -> [UInt8] { random.bytes(count) }
}

/// A store on somebody's machine, with the state directory of its user.
final class Site {
  let index: Int
  let path: String
  let statePath: String
  let machine = Machine()
  /// Changes that this file must hold: acknowledged here, or read here once.
  var must = Set<ChangeID>()
  private var opened: Store?
  private var openedProbe: Probe?

  init(index: Int, root: String) {
    self.index = index
    path = "\(root)/site\(index)/store.sqlite"
    statePath = "\(root)/site\(index)/state"
  }

  var directory: String { DurablePath.parent(of: path) }

  var environment: StoreEnvironment {
    let machine = machine
    return StoreEnvironment(
      stateDirectory: StateDirectory(path: statePath), nowMilliseconds: { machine.now() },
      randomBytes: { machine.bytes($0) })
  }

  /// The open store.
  func store() throws -> Store {
    if let opened { return opened }
    let store = try Store.open(at: path, environment: environment)
    opened = store
    return store
  }

  func adopt(_ store: Store) { opened = store }

  /// What reads the store past the library; opens the store, which makes its tables those of this version.
  func probe() throws -> Probe {
    if let openedProbe { return openedProbe }
    _ = try store()
    let probe = try Probe(path)
    openedProbe = probe
    return probe
  }

  func close() {
    openedProbe = nil
    opened = nil
  }
}

/// Paths, taken apart.
enum DurablePath {
  static func parent(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
}

/// The files of a site as they were at one time.
struct Snapshot {
  let site: Int
  /// Relative paths and contents.
  let files: [(name: String, bytes: Data)]
  let hasKeys: Bool
  let must: Set<ChangeID>
}

extension Site {
  /// Reads the files. The store must be closed.
  func snapshot(keys: Bool) throws -> Snapshot {
    var files = try storeFiles().map { ($0, try bytes($0)) }
    if keys { files += try stateFiles().map { ($0, try bytes($0)) } }
    return Snapshot(site: index, files: files, hasKeys: keys, must: must)
  }

  /// Writes the files of a snapshot over those that are there, in place, so that they stay the same files.
  func restore(_ snapshot: Snapshot) throws {
    let wanted = Set(snapshot.files.map(\.name))
    var present = try storeFiles()
    if snapshot.hasKeys { present += try stateFiles() }
    for name in present where !wanted.contains(name) {
      try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
    for (name, bytes) in snapshot.files { try write(bytes, to: name) }
    must = snapshot.must
  }

  /// The marks of the keys, which no sync makes durable.
  func marks() throws -> [(name: String, bytes: Data)] {
    try stateFiles().filter { $0.hasSuffix("/mark") }.map { ($0, try bytes($0)) }
  }

  /// Puts marks back, where their keys are still there.
  func putBack(_ marks: [(name: String, bytes: Data)]) throws {
    for (name, bytes) in marks where FileManager.default.fileExists(atPath: "\(directory)/\(name)") {
      try write(bytes, to: name)
    }
  }

  private func storeFiles() throws -> [String] {
    ["store.sqlite", "store.sqlite-wal"].filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
  }

  private func stateFiles() throws -> [String] {
    guard let enumerator = FileManager.default.enumerator(atPath: statePath) else { return [] }
    var names: [String] = []
    while let name = enumerator.nextObject() as? String {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(statePath)/\(name)", isDirectory: &isDirectory)
      if !isDirectory.boolValue { names.append("state/\(name)") }
    }
    return names.sorted()
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  private func write(_ bytes: Data, to name: String) throws {
    let path = "\(directory)/\(name)"
    try FileManager.default.createDirectory(
      atPath: DurablePath.parent(of: path), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw Violation("cannot make \(name)")
      }
    }
    guard let file = FileHandle(forWritingAtPath: path) else { throw Violation("cannot write \(name)") }
    defer { try? file.close() }
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: bytes)
  }
}
