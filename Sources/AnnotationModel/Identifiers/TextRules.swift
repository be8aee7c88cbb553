/// What free text and single-line names must satisfy before they are written.
///
/// These hold for what a curator gives here. Text that comes from another replica is shown as it is and never refused
/// by them: every replica must apply the same changes.
public enum TextRules {
  /// The longest prose, in bytes of UTF-8 (1 MiB): a change, which holds it, is at most twice that.
  public static let proseByteLimit = 1 << 20
  /// The longest name, title, tag or other single-line text, in bytes of UTF-8.
  public static let labelByteLimit = 1024

  /// Checks text of any number of lines: not only whitespace, and at most `proseByteLimit`.
  ///
  /// Control characters are allowed: prose and quotes are kept byte for byte.
  /// - Throws: `IdentifierError.emptyText` or `.tooLong`, naming `field`.
  public static func checkProse(_ text: String, field: String) throws(IdentifierError) {
    try checkSize(text, field: field, limit: proseByteLimit)
  }

  /// Checks single-line text: not empty, at most `labelByteLimit`, no whitespace around it, no control character and no
  /// bidirectional override inside.
  ///
  /// Zero-width joiners stay allowed: names in several scripts are misspelt without them.
  /// - Throws: `IdentifierError`, naming `field`.
  public static func checkLabel(_ text: String, field: String) throws(IdentifierError) {
    try checkSize(text, field: field, limit: labelByteLimit)
    for (offset, scalar) in text.unicodeScalars.enumerated() where scalar.isControl || scalar.isBidiOverride {
      throw .forbiddenScalar(field: field, value: text, scalar: scalar, position: offset + 1)
    }
    let scalars = text.unicodeScalars
    if scalars.first?.isSpace == true || scalars.last?.isSpace == true {
      throw .surroundingWhitespace(field: field, value: text)
    }
  }

  private static func checkSize(_ text: String, field: String, limit: Int) throws(IdentifierError) {
    let byteCount = text.utf8.count
    guard byteCount <= limit else { throw .tooLong(field: field, byteCount: byteCount, limit: limit) }
    guard text.unicodeScalars.contains(where: { !$0.isSpace }) else { throw .emptyText(field: field) }
  }
}
