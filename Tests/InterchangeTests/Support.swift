import Foundation
import Testing

@testable import Interchange

/// Reads a text as a file of this name.
func read(_ text: String, _ name: String, as format: Format? = nil) throws(InterchangeError) -> ImportDraft {
  try Format.parse(Array(text.utf8), name: name, as: format)
}

/// The message with which a text is refused, or "accepted".
func refusal(_ text: String, _ name: String) -> String { refusal(Array(text.utf8), name) }

/// The message with which bytes are refused, or "accepted".
func refusal(_ bytes: [UInt8], _ name: String) -> String {
  do throws(InterchangeError) {
    _ = try Format.parse(bytes, name: name)
    return "accepted"
  } catch {
    return error.description
  }
}

/// A source of pieces of a text, each of `size` bytes.
func pieces(of bytes: [UInt8], size: Int) -> () -> [UInt8]? {
  var rest = bytes[...]
  return {
    guard !rest.isEmpty else { return nil }
    defer { rest = rest.dropFirst(size) }
    return Array(rest.prefix(size))
  }
}

/// SplitMix64: the same numbers everywhere from one seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Data that is not in this repository: at `VARIORUM_SHARED`, or else beside it.
enum SharedData {
  /// The bytes of the real paper record; `nil` where it is not there.
  static let paperRecord: Data? = {
    let shared = ProcessInfo.processInfo.environment["VARIORUM_SHARED"] ?? "../shared"
    return FileManager.default.contents(atPath: shared + "/data/PMC12528097.md")
  }()
}
