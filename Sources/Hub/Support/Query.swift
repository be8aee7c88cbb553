import AnnotationStore
import Foundation
import HTTPTypes

/// The parameters after the `?` of a request, each at most once, and each known.
struct Query {
  private var values: [String: String] = [:]

  /// Reads a query.
  ///
  /// - Parameter known: the names that are understood.
  /// - Throws: ``Problem`` where a name is not known or comes twice, or something is not UTF-8.
  init(_ text: String?, known: Set<String>) throws(Problem) {
    for part in (text ?? "").split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = pair.compactMap { $0.replacing("+", with: " ").removingPercentEncoding }
      guard decoded.count == pair.count, let name = decoded.first else {
        throw Problem(.badRequest, "malformed", "the query is not well formed")
      }
      guard known.contains(name) else {
        let names = known.sorted().joined(separator: ", ")
        throw Problem(.badRequest, "parameter", "the query has a parameter that is not known here (known: \(names))")
      }
      guard values.updateValue(decoded.count == 2 ? decoded[1] : "", forKey: name) == nil else {
        throw Problem(.badRequest, "parameter", "the parameter \(name) is given twice")
      }
    }
  }

  /// A value; `nil` where it is not given.
  subscript(name: String) -> String? { values[name] }

  /// A number in a range.
  func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(Problem) -> Int {
    guard let text = values[name] else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Problem(
        .badRequest, "parameter", "\(name) has to be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// `true` or `false`.
  func flag(_ name: String) throws(Problem) -> Bool {
    switch values[name] {
    case nil, "false": return false
    case "true": return true
    default: throw Problem(.badRequest, "parameter", "\(name) has to be true or false")
    }
  }
}

/// The place at which a page ends, as its reader hands it back: opaque to them, and checked when it comes.
enum PageCursor {
  /// The text of a place.
  static func text(_ parts: [CBORValue]) -> String {
    Data(CBORValue.array(parts).encoded).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// What a text stands for.
  ///
  /// - Throws: ``Problem`` where it is none that a page gave.
  static func parts(_ text: String) throws(Problem) -> [CBORValue] {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    guard text.utf8.count <= 1_024, let bytes = Data(base64Encoded: base64) else { throw bad }
    var decoder = CBORDecoder(Array(bytes))
    do {
      let value = try decoder.readValue()
      try decoder.finish()
      if let parts = value.array { return parts }
    } catch {}
    throw bad
  }

  static let bad = Problem(.badRequest, "cursor", "the cursor is none that a page of this list ended with")
}
