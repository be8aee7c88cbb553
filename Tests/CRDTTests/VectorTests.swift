import Foundation
import Testing

@testable import CRDT

/// The vectors in Schema are what another language checks itself by; here the code is checked by them.
///
/// With `VARIORUM_WRITE_VECTORS=1` they are written anew, from fixed keys and seeds. Nothing but a change of the
/// format can ever change a line that is there; lines may be added.
@Suite("Test vectors in Schema")
struct VectorTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Schema/vectors")
  private static let isWriting = ProcessInfo.processInfo.environment["VARIORUM_WRITE_VECTORS"] == "1"

  private struct Line {
    let json: [(String, VectorJSON)]
    let seal: Seal?
    /// Whether the seal is to be the change's own, or is wrong on purpose.
    let isSealValid: Bool
  }

  @Test("CBOR items")
  func cbor() throws {
    try check(
      "cbor.jsonl",
      CBORCase.all.map { example in
        guard case .object(let entries) = example.json else { throw AbsentValue() }
        return Line(json: entries, seal: nil, isSealValid: false)
      })
  }

  @Test("Changes that are accepted")
  func changes() throws {
    try check("changes.jsonl", GoodChange.all().map { Line(json: try $0.json(), seal: $0.seal, isSealValid: true) })
  }

  @Test("Changes that are refused")
  func refused() throws {
    try check("refused.jsonl", RefusedChange.all().map { Line(json: try $0.json(), seal: $0.seal, isSealValid: false) })
  }

  private func check(_ name: String, _ lines: [Line]) throws {
    let file = Self.folder.appendingPathComponent(name)
    if Self.isWriting {
      let written = lines.map { line in
        VectorJSON.object(line.json + (name == "cbor.jsonl" ? [] : [("seal", .hex(line.seal?.bytes))])).written + "\n"
      }
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(written.joined().utf8).write(to: file, options: .atomic)
    }
    let read = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(read.count == lines.count, "\(name) has \(read.count) lines; VARIORUM_WRITE_VECTORS=1 writes them anew")
    for (number, (text, line)) in zip(read, lines).enumerated() {
      var found = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let seal = (found.removeValue(forKey: "seal") as? String).flatMap { bytesOfHexadecimal(Array($0.utf8)) }
      let expected = try Self.sorted(
        JSONSerialization.jsonObject(with: Data(VectorJSON.object(line.json).written.utf8)))
      #expect(try Self.sorted(found) == expected, "\(name), line \(number + 1): \(text.prefix(300))")
      #expect((seal == nil) == (line.seal == nil), "\(name), line \(number + 1)")
      if line.isSealValid, let seal { try checkSeal(seal, found, place: "\(name), line \(number + 1)") }
    }
  }

  /// A signature need not be the same bytes on every platform, but has to be valid.
  private func checkSeal(_ bytes: [UInt8], _ line: [String: Any], place: String) throws {
    let id = try #require((line["id"] as? String).flatMap { ChangeID(hex: $0) })
    let replica = try #require((line["replica"] as? String).flatMap { ReplicaID(hex: $0) })
    #expect(try #require(Seal(bytes)).isValid(for: id, by: replica), "\(place)")
  }

  /// The same JSON with its keys in one order: objects themselves would take canonically equivalent texts for equal.
  private static func sorted(_ json: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: json, options: [.sortedKeys])
  }

  @Test("Comparing lines tells canonically equivalent texts apart, and numbers from truth values")
  func comparison() throws {
    let lines = try ["\"é\"", "\"e\u{301}\"", "0", "false", "null"].map {
      try Self.sorted(JSONSerialization.jsonObject(with: Data("{\"a\": \($0)}".utf8)))
    }
    #expect(Set(lines).count == lines.count)
  }
}
