import Foundation
import Testing

@testable import CRDT

/// The packs in Schema are what another language checks its reader by.
///
/// With `VARIORUM_WRITE_VECTORS=1` they are written anew; see ``VectorTests``.
@Suite("Packs in Schema")
struct PackVectorTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Schema/vectors/packs.jsonl")

  private struct Line: Decodable, Equatable {
    struct Run: Decodable, Equatable {
      let run: Int
      let sequence: UInt64
      let count: Int
      let reason: String
    }
    let name: String
    let pack: String
    let contents: String?
    let store: String
    let refused: String?
    let changes: [String]?
    let runs: [Run]?
  }

  @Test("Packs are read as they were, and written as they were but for the signatures")
  func packs() throws {
    let made = try Self.cases().map { try Self.json($0.name, $0.pack) }
    if ProcessInfo.processInfo.environment["VARIORUM_WRITE_VECTORS"] == "1" {
      try Data(made.map { $0 + "\n" }.joined().utf8).write(to: Self.file, options: .atomic)
    }
    let read = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
    #expect(read.count == made.count, "VARIORUM_WRITE_VECTORS=1 writes the file anew")
    for (text, made) in zip(read, made) {
      let line = try Self.line(String(text))
      let pack = try bytesOfHexadecimal(Array(line.pack.utf8)).orThrow()
      #expect(try Self.line(Self.json(line.name, pack)) == line, "\(line.name)")
      let expected = try Self.line(made)
      #expect(line.name == expected.name && line.changes == expected.changes && line.runs == expected.runs)
      #expect(line.refused == expected.refused && line.store == expected.store)
      #expect(try Self.withoutSeals(line.contents) == Self.withoutSeals(expected.contents), "\(line.name)")
    }
  }

  private static func line(_ json: String) throws -> Line {
    try JSONDecoder().decode(Line.self, from: Data(json.utf8))
  }

  /// A signature need not be the same bytes on every platform.
  private static func withoutSeals(_ contents: String?) throws -> [UInt8]? {
    guard var bytes = contents.flatMap({ bytesOfHexadecimal(Array($0.utf8)) }) else { return nil }
    guard let streams = PackFuzzing.streams(of: bytes) else { return bytes }
    let start = bytes.count - streams[PackStream.seals...].reduce(0) { $0 + $1.count }
    for index in start..<start + streams[PackStream.seals].count { bytes[index] = 0 }
    return bytes
  }

  private static func json(_ name: String, _ pack: [UInt8]) throws -> String {
    var entries: [(String, VectorJSON)] = [("name", .text(name)), ("pack", .hex(pack))]
    let contents = (try? PackHead(checking: pack)) == nil ? [] : StoredFrame.contents(of: pack)
    if !contents.isEmpty { entries.append(("contents", .hex(contents))) }
    entries.append(("store", .text(Fixture.store.description)))
    do throws(PackError) {
      let opened = try PackCases.open(pack)
      entries.append(("changes", .ids(opened.entries.map(\.id))))
      let runs = opened.refused.map { run in
        VectorJSON.object([
          ("run", .int(Int64(run.run))), ("sequence", .int(Int64(run.sequence))), ("count", .int(Int64(run.count))),
          ("reason", .text(RefusedChange.reason(of: run.reason).0)),
        ])
      }
      entries.append(("runs", .array(runs)))
    } catch { entries.append(("refused", .text(Self.reason(of: error)))) }
    return VectorJSON.object(entries).written
  }

  private static func reason(of error: PackError) -> String {
    switch error {
    case .notAPack: "notAPack"
    case .version: "version"
    case .tooLarge: "tooLarge"
    case .hash: "hash"
    case .otherStore: "otherStore"
    case .compression: "compression"
    case .contents: "contents"
    case .unfit: "unfit"
    }
  }

  private static func cases() throws -> [(name: String, pack: [UInt8])] {
    let conversation = try PackCases.conversation().pack
    func spoiled(_ stream: Int, _ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
      try PackCases.replacing(stream, of: conversation, change)
    }
    let named = PackStream.texts + PackPlace.valueOfInteger.rawValue
    let good: [(String, [UInt8])] = [
      ("empty", try PackCases.pack([])), ("one change", try PackCases.pack([(1, PackCases.log(count: 1))])),
      ("several logs and a fork", conversation), ("every good change", try PackCases.everyGoodChange().pack),
    ]
    let badContainers: [(String, [UInt8])] = [
      ("no bytes", []), ("line ends changed", conversation.map { $0 == 0x0D ? 0x0A : $0 }),
      ("cut off", conversation.dropLast()),
      ("a later version", conversation[..<8] + [2] + conversation[9...]),
      ("a length of 8 MiB and one byte", PackHead.pack([], store: Fixture.store, contentBytes: (8 << 20) + 1).bytes),
      ("another length", PackHead.pack(StoredFrame.compress([0]), store: Fixture.store, contentBytes: 2).bytes),
    ]
    let badContents: [(String, [UInt8])] = [
      ("streams that are too short", PackFuzzing.rehashed(head: conversation, contents: [0])),
      ("bytes after the last item", try spoiled(PackStream.times) { $0.append(0) }),
      ("an unknown shape", try spoiled(PackStream.shapes) { $0[2] = 0xC0 }),
      ("a number that is not in its shortest form", try spoiled(PackStream.order) { $0[1...1] = [0x80, 2] }),
      ("a word out of range", try spoiled(named) { $0[3...3] = [0xFF] + [UInt8](repeating: 0xFF, count: 8) }),
      ("a long id out of range", try spoiled(PackStream.longIDs) { $0[1] = 100 }),
      ("2^60 changes", try spoiled(PackStream.order) { $0[1...1] = [0xFF, 0x10, 0, 0, 0, 0, 0, 0, 0] }),
      ("a run without a seal", try spoiled(PackStream.runs) { $0[33] = 0 }),
    ]
    let badRuns: [(String, [UInt8])] = [
      ("a wrong seal", try spoiled(PackStream.seals) { $0[64 * 4] ^= 1 }),
      ("a wrong seal of a run that others refer to", try spoiled(PackStream.seals) { $0[0] ^= 1 }),
      ("a text that is not UTF-8", try spoiled(PackStream.newBodyWords) { $0[0] = 0xFF }),
      ("another text", try spoiled(PackStream.newBodyWords) { $0[0] ^= 1 }),
      ("an unsorted map", try spoiled(PackStream.shapes) { $0[1] = 9 }),
    ]
    return good + badContainers + badContents + badRuns
  }
}
