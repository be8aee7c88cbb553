import AnnotationStore
import Foundation

/// The floor: the plain rows as JSON Lines, by the same encoder, and back by Foundation's parser.
extension PlainStore {
  /// Writes every row as a JSON object a line.
  func export(to path: String) throws {
    FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var buffer = Data()
    try forEach { row, tags in
      let members: [CBORValue.Entry] = [
        .init("kind", .text("annotation")), .init("id", .text(row["id"])), .init("curator", .text(row["curator"])),
        .init("created", .int(row["created_ms"])), .init("target", .text(row["target"])),
        .init("motivation", .text(row["motivation"])), .init("body", .text(row["body"])),
        .init("tags", .array(tags.map { .text($0) })),
      ]
      buffer += Data((JSONText.write(.map(members)) + "\n").utf8)
      if buffer.count > 256 << 10 {
        try file.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try file.write(contentsOf: buffer)
    try file.synchronize()
    try file.close()
  }

  /// Takes the rows of such a file in, in one transaction.
  func take(_ path: String, curator: String) throws {
    struct Line: Decodable {
      var target: String
      var body: String
      var tags: [String]
    }
    let decoder = JSONDecoder()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    let rows = bytes.split(separator: 0x0A).lazy.compactMap { line -> (target: String, body: String, tags: [String])? in
      (try? decoder.decode(Line.self, from: line)).map { ($0.target, $0.body, $0.tags) }
    }
    try insert(rows, curator: curator)
  }
}
