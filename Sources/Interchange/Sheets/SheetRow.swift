/// A cell of a sheet as text, and what the spreadsheet made of it.
struct SheetCell: Equatable {
  /// What is not plain text, and so may not be what was typed.
  enum Flag: Equatable {
    /// A number; its text is that of the file, which has at most 17 digits.
    case number
    /// A number that is shown as a date.
    case date
    /// What a formula came to.
    case formula
    /// An error, such as `#NAME?`.
    case error
  }

  var text: String
  var flag: Flag?

  init(_ text: String, _ flag: Flag? = nil) {
    self.text = text
    self.flag = flag
  }

  /// Whether there is nothing in it.
  var isBlank: Bool { text.utf8.allSatisfy(isSpace) }
}

/// A row of a sheet.
struct SheetRow: Equatable {
  /// The line of a text file, or the number of the row in a worksheet, from 1.
  var line: Int
  var cells: [SheetCell]
}
