import Foundation
import GRDB

/// Bytes as SQLite's BLOB: names and elements of any origin go there byte for byte, NUL characters included, which a
/// bound text would be cut off at.
struct Blob: DatabaseValueConvertible {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { bytes = Array(text.utf8) }

  var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? {
    Data.fromDatabaseValue(value).map { Blob(Array($0)) }
  }

  /// The bytes as text; what is not UTF-8, which no column here holds, is repaired.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
