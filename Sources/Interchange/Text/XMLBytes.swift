/// What the bytes of an XML file are looked at for before a parser gets them.
enum XMLBytes {
  /// Where a word stands first; `nil` where it does not.
  static func firstIndex(of word: StaticString, in bytes: [UInt8]) -> Int? {
    let pattern = Array(word.description.utf8)
    guard bytes.count >= pattern.count else { return nil }
    var start = 0
    while let found = bytes[start...].firstIndex(of: pattern[0]) {
      if bytes[found...].starts(with: pattern) { return found }
      start = found + 1
    }
    return nil
  }

  /// The encoding that the file says it is in, where ASCII reads otherwise in that, or may; so that what is looked for
  /// by its bytes cannot be hidden from that.
  static func strangeEncoding(of bytes: [UInt8]) -> String? {
    let start = bytes.dropFirst(UTF8Check.markLength(bytes)).prefix(256)
    guard start.starts(with: "<?xml".utf8) else { return nil }
    let declaration = String(decoding: start.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
    guard let name = declaration.range(ofText: "encoding") else { return nil }
    let value = declaration[name...].split { $0 == "=" || $0 == "\"" || $0 == "'" || $0.isWhitespace }.first ?? ""
    let plain = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "windows-125"]
    return plain.contains { value.lowercased().hasPrefix($0) } ? nil : String(value.prefix(40))
  }
}
