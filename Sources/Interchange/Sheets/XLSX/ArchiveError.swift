/// Why a ZIP archive, or a file in it, cannot be read or written.
enum ArchiveError: Error, Equatable, CustomStringConvertible {
  /// It is no ZIP archive, or it is cut off.
  case notAnArchive
  /// A file of Excel's format before 2007, or one that a password protects.
  case oldOrEncrypted
  /// It breaks a bound; which one.
  case beyondBounds(String)
  /// Something in it is damaged; which file, and how.
  case damaged(file: String, reason: String)
  /// zlib failed, for want of memory.
  case cannotCompress

  /// What is wrong and what to do.
  var description: String {
    switch self {
    case .notAnArchive:
      "it is no workbook, or it is cut off. Copy the file again, or save it as .xlsx once more"
    case .oldOrEncrypted:
      "it is an .xls file, or a password protects it. Save it as .xlsx without a password"
    case .beyondBounds(let what): "\(what). Save the workbook again, with nothing but the sheet"
    case .damaged(let file, let what): "\(file): \(what). Save the workbook as .xlsx once more"
    case .cannotCompress: "there is not enough memory to compress it"
    }
  }
}
