/// Where in an imported file something stands, so that a message about it can point there.
///
/// Lines count from 1 and end at LF, CR LF or CR. The column is a name where the file has names (a table's column, a
/// property, a tag) and otherwise a number, counted in Unicode scalars from 1. A row of a table stands at the line
/// where it begins, whatever newlines its quoted cells hold.
public struct Place: Sendable, Equatable, Hashable {
  /// The line, from 1.
  public var line: Int
  /// The column's name, or its number in decimal digits; nil where the whole line or entry is meant.
  public var column: String?

  /// Names a line, and a column in it where that is known.
  public init(line: Int, column: String? = nil) {
    self.line = line
    self.column = column
  }

  /// The same line, at another column: what a store uses to say which field of a draft it refused.
  public func at(column: String) -> Place { Place(line: line, column: column) }
}

extension Place: CustomStringConvertible {
  /// `line 3`, `line 3, column "stance"` or `line 3, column 14`.
  public var description: String {
    guard let column else { return "line \(line)" }
    let isNumber = !column.isEmpty && column.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return isNumber ? "line \(line), column \(column)" : "line \(line), column \"\(column)\""
  }
}
