import AnnotationStore
import Crypto

/// Names the version of a record that a row was exported from: `v1-VERSION-CHECK-LABELS`; Schema/sheets.md.
///
/// VERSION is the first 16 digits of each change of the record's frontier, joined by `+`; CHECK is over the record's id
/// and that, so that a fingerprint which slipped into another row is seen; LABELS is over the cells that are only to be
/// read. It begins with a letter and has no date in it, so that no spreadsheet takes it for a number.
struct Fingerprint: Equatable {
  /// The beginnings of the ids of the changes.
  let changes: [String]
  private let check: String
  private let labels: String

  /// How many digits of a change's id are kept: 64 bits, among the changes of one store.
  static let digits = 16

  /// The fingerprint of a row.
  ///
  /// - Parameter readings: the cells that are only to be read, in their order.
  init(of record: RecordID, at frontier: [ChangeID], readings: [String]) {
    changes = frontier.map { String($0.hex.prefix(Self.digits)) }
    check = Self.check(record, changes)
    labels = Self.digest(readings.joined(separator: "\t"), digits: 4)
  }

  /// Reads one; `nil` where it is none, or damaged.
  init?(_ text: String) {
    let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[0] == "v1" else { return nil }
    changes = parts[1].split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    (check, labels) = (parts[2], parts[3])
    let isHex = { (text: String) in text.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }
    guard changes.allSatisfy({ $0.utf8.count == Self.digits && isHex($0) }), check.utf8.count == 8, isHex(check) else {
      return nil
    }
  }

  /// Whether it is that of a row of this record.
  func belongs(to record: RecordID) -> Bool { check == Self.check(record, changes) }

  /// Whether these cells are those that were exported.
  func covers(readings: [String]) -> Bool { labels == Self.digest(readings.joined(separator: "\t"), digits: 4) }

  /// The version as it stands in the list of what was exported.
  var version: String { changes.joined(separator: "+") }

  /// As it stands in the cell.
  var text: String { "v1-\(version)-\(check)-\(labels)" }

  private static func check(_ record: RecordID, _ changes: [String]) -> String {
    digest("\(record.hex) \(changes.joined(separator: "+"))", digits: 8)
  }

  private static func digest(_ text: String, digits: Int) -> String {
    String(hexadecimal(SHA256.hash(data: Array(text.utf8))).prefix(digits))
  }
}
