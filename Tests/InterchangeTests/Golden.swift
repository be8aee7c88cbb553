import Foundation
import Testing

/// Files that tests compare with, in the folder Golden.
enum Golden {
  private static let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
  }

  /// Expects a text to be that of a file. With VARIORUM_GOLDEN=write the file is written first, to be looked at.
  static func expect(_ text: String, _ name: String) throws {
    if ProcessInfo.processInfo.environment["VARIORUM_GOLDEN"] == "write" {
      try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let golden = try self.text(name).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == golden.count, "\(name)")
    for (line, expected) in zip(lines, golden) where !line.utf8.elementsEqual(expected.utf8) {
      return #expect(line == expected, "\(name) differs; VARIORUM_GOLDEN=write writes it anew")
    }
  }
}
