import AnnotationStore
import Foundation

/// Runs the built `variorum` as a user would: as a process, in a directory, home and state directory of its own.
final class CommandLineHarness: Sendable {
  /// What a run put out.
  struct Output {
    let status: Int32
    let stdout: String
    let stderr: String

    /// The lines of stdout.
    var lines: [String] { stdout.split(separator: "\n").map(String.init) }
    /// The short id that a writer's first line begins with.
    var shortID: String { String(stdout.prefix { $0 != " " && $0 != "\n" }) }
    /// The JSON objects on stdout, one a line.
    var objects: [[String: Any]] { Self.objects(stdout) }
    /// The JSON objects on stderr.
    var errorObjects: [[String: Any]] { Self.objects(stderr) }

    private static func objects(_ text: String) -> [[String: Any]] {
      text.split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
    }
  }

  /// What a test cannot go on without.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// The directory that the runs work in.
  let directory: String
  private let root: String
  private let binary: String

  /// Makes the directories; with a curator it makes a store too.
  init(curator: String? = "Ada Nowak") throws {
    binary = try Self.findBinary()
    root = FileManager.default.temporaryDirectory.path + "/variorum-cli-" + UUID().uuidString
    directory = root + "/work"
    for name in ["work", "home", "state", "tmp"] {
      try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
    }
    if let curator {
      let output = try run(["init", "--curator", curator])
      guard output.status == 0 else { throw Missing(description: "init failed: \(output.stderr)") }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Runs a verb.
  ///
  /// - Parameters:
  ///   - input: what stands on stdin; nothing where it is not given.
  ///   - environment: variables beside those that every run gets.
  ///   - inside: the directory to run in, relative to ``directory``.
  ///   - script: a program to run instead, which finds the binary as `VARIORUM`.
  func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:], inside: String = "",
    through script: String? = nil
  ) throws -> Output {
    let scratch = "\(root)/tmp/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    try Data(input).write(to: URL(fileURLWithPath: scratch + "/in"))
    for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: "\(scratch)/\(name)")) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script ?? binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: inside.isEmpty ? directory : directory + "/" + inside)
    var variables = [
      "HOME": root + "/home", "XDG_STATE_HOME": root + "/state", "TMPDIR": root + "/tmp", "NO_COLOR": "1",
      "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80", "PATH": "/usr/bin:/bin", "TERM": "dumb",
      "VARIORUM": binary,
    ]
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    // Files and not pipes: neither side can wait for the other.
    let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch + "/in"))
    let out = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch + "/out"))
    let err = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch + "/err"))
    process.standardInput = input
    process.standardOutput = out
    process.standardError = err
    try process.run()
    process.waitUntilExit()
    for handle in [input, out, err] { try handle.close() }
    return Output(
      status: process.terminationStatus, stdout: try text(scratch + "/out"), stderr: try text(scratch + "/err"))
  }

  /// Runs a verb that is to succeed.
  @discardableResult
  func succeed(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
  ) throws -> Output {
    let output = try run(arguments, input: input, environment: environment)
    guard output.status == 0 else {
      throw Missing(description: "\(arguments) ended with \(output.status): \(output.stderr)")
    }
    return output
  }

  /// A file in the working directory.
  @discardableResult
  func file(_ name: String, _ contents: some Sequence<UInt8>) throws -> String {
    let path = directory + "/" + name
    try Data(contents).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// An editor that runs these lines of shell with the file's path as `$1`.
  func editor(_ script: String) throws -> [String: String] {
    let path = try file("editor-\(UUID().uuidString)", "#!/bin/sh\n\(script)\n".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return ["EDITOR": path]
  }

  /// The files that runs left in their directory for temporary ones.
  func temporaryFiles() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root + "/tmp").filter { $0.hasSuffix("text.md") }
      .map { "\(root)/tmp/\($0)" }
  }

  /// The text of a file.
  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  // MARK: - The store

  /// The store, read by the library.
  func store(_ path: String = ".variorum/store.sqlite") throws -> Store {
    let state = StateDirectory(path: root + "/state/variorum")
    return try Store.open(at: directory + "/" + path, environment: StoreEnvironment(stateDirectory: state))
  }

  /// A record, by what people type.
  func record(_ name: String) throws -> Record { try store().read { try $0.record(named: name) } }

  /// What changes with every write: the digest of the log, the number of changes, and who writes.
  func fingerprint() throws -> String {
    try store().read { reader in
      let status = try reader.status()
      return "\(status.changes) \(status.digest.hex) \(status.curator?.hex ?? "nobody")"
    }
  }

  // MARK: -

  /// The binary that was built with the tests, whatever the build folder.
  static func findBinary(_ name: String = "variorum") throws -> String {
    var places = Bundle.allBundles.map(\.bundlePath) + CommandLine.arguments.filter { $0.contains(".xctest") }
    if let executable = Bundle.main.executablePath { places.append(executable) }
    for place in places {
      var directory = URL(fileURLWithPath: place).resolvingSymlinksInPath()
      for _ in 0..<5 {
        directory.deleteLastPathComponent()
        let candidate = directory.path + "/" + name
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), !isDirectory.boolValue,
          FileManager.default.isExecutableFile(atPath: candidate)
        {
          return candidate
        }
      }
    }
    throw Missing(description: "no \(name) was built beside \(places.joined(separator: ", "))")
  }
}
