import Foundation
import ProseCRDT

/// Data that is not in this repository: at `VARIORUM_SHARED`, or else beside it.
enum ProseData {
  private static let environment = ProcessInfo.processInfo.environment
  private static let shared = environment["VARIORUM_SHARED"] ?? "../shared"

  /// The folder of conformance vectors that somebody asks for.
  static let vectorFolder = environment["VARIORUM_VECTORS"]

  /// All conformance vectors of that folder, or else of the one beside this repository: files of JSON, compressed or not.
  static let vectors = files(in: vectorFolder ?? shared + "/vectors")

  /// The recorded editing trace of that name.
  static func trace(_ name: String) -> String? {
    files(in: shared + "/traces").first { $0.hasSuffix("/\(name).json.gz") }
  }

  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json.gz") || $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
  }

  /// What a file of JSON says, compressed or not.
  static func read<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: path.hasSuffix(".gz") ? decompressed(path) : contents(path))
  }

  private static func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  private static func decompressed(_ path: String) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }
}

/// A splice as the traces and vectors write it: [position, deleted count, inserted text].
struct RecordedSplice: Decodable {
  var splice: TextSplice

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let position = try list.decode(Int.self)
    let deleted = try list.decode(Int.self)
    splice = TextSplice(position: position, deleted: deleted, inserted: try list.decode(String.self))
  }
}

/// A recorded editing session.
struct RecordedTrace: Decodable {
  struct Transaction: Decodable {
    var patches: [RecordedSplice]
    var agent: Int?
    /// Numbers of earlier transactions, to be merged first.
    var parents: [Int]?
  }

  var endContent: String
  var txns: [Transaction]
}

/// A history of which every event-graph walker with Fugue's order must make the same text.
struct ConformanceCase: Decodable {
  struct Transaction: Decodable {
    var span: [Int]
    var parents: [Int]
    var agent: String
    var seqStart: UInt64
    var ops: [RecordedSplice]
  }

  var txns: [Transaction]
  var endContent: String
}
