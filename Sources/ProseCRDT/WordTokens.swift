/// A text cut into words, runs of whitespace, and everything else cluster by cluster.
///
/// A token is a run of whole extended grapheme clusters, so that whoever cuts between tokens splits no user-visible
/// character. The tokens in their order are the text.
struct WordTokens {
  enum Kind: UInt8 {
    case word
    /// A cluster of a script written without spaces: it is not known where its words end.
    case unspaced
    case symbol
    case sentenceEnd
    case lineBreak
    case space
    case punctuation

    /// Whether texts are aligned by such tokens; the others are alike everywhere and would align what is unrelated.
    var isContent: Bool { self != .space && self != .punctuation }
    var isWord: Bool { self == .word || self == .unspaced }
    var isWhitespace: Bool { self == .space || self == .lineBreak }
  }

  let bytes: [UInt8]
  /// Where each token begins, in bytes, and then where the text ends.
  private(set) var starts: [Int] = []
  private(set) var kinds: [Kind] = []

  /// What is open while a text is read: the class of its last cluster, and a joiner that may yet belong to a word.
  private var last: ClusterClass?
  private var joiner: (start: Int, class: ClusterClass)?

  /// Cuts `text`, in time in proportion to its length.
  init(_ text: String) {
    bytes = Array(text.utf8)
    var (offset, index) = (0, text.startIndex)
    while index < text.endIndex {
      let next = text.index(after: index)
      add(ClusterClass(text.unicodeScalars[index]), at: offset)
      offset += text.utf8.distance(from: index, to: next)
      index = next
    }
    settleJoiner()
    starts.append(offset)
  }

  var count: Int { kinds.count }

  /// The bytes of some tokens.
  func bytes(_ tokens: Range<Int>) -> ArraySlice<UInt8> { bytes[starts[tokens.lowerBound]..<starts[tokens.upperBound]] }

  func text(_ tokens: Range<Int>) -> String { String(decoding: bytes(tokens), as: UTF8.self) }

  /// Whether a token is byte for byte one of `other`: `String` compares canonically equivalent ones as equal.
  func isSame(_ token: Int, as otherToken: Int, of other: WordTokens) -> Bool {
    bytes(token..<token + 1).elementsEqual(other.bytes(otherToken..<otherToken + 1))
  }

  /// How many words stand before each token, and then in all.
  func wordCounts() -> [Int] {
    var counts = [0]
    for kind in kinds { counts.append(counts[counts.count - 1] + (kind.isWord ? 1 : 0)) }
    return counts
  }

  /// Where a text can be cut without cutting a word or a cluster, in Unicode scalars, its ends included.
  func scalarBoundaries() -> [Int] {
    var cuts: [Int] = []
    var scalars = 0
    for token in kinds.indices {
      cuts.append(scalars)
      let part = bytes(token..<token + 1)
      // Between two spaces nothing is cut, but a line break of two scalars is one cluster.
      if kinds[token].isWhitespace, part.count > 1 {
        for cluster in String(decoding: part, as: UTF8.self) {
          if cuts[cuts.count - 1] != scalars { cuts.append(scalars) }
          scalars += cluster.unicodeScalars.count
        }
      } else {
        scalars += Self.scalarCount(part)
      }
    }
    cuts.append(scalars)
    return cuts
  }

  static func scalarCount(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

  private mutating func add(_ cluster: ClusterClass, at offset: Int) {
    if let open = joiner {
      let joins = open.class.joinsOnlyDigits ? last == .digit && cluster == .digit : cluster.isInWord
      if joins { joiner = nil } else { settleJoiner() }
    } else if let last, last.isInWord, cluster.isJoiner {
      joiner = (offset, cluster)
      return
    }
    defer { last = cluster }
    if let last, last.isInWord && cluster.isInWord { return }
    if let last, last.kind.isWhitespace && cluster.kind.isWhitespace {
      if cluster == .lineBreak { kinds[kinds.count - 1] = .lineBreak }
      return
    }
    starts.append(offset)
    kinds.append(cluster.kind)
  }

  /// Makes a joiner that joined nothing a token of its own.
  private mutating func settleJoiner() {
    guard let open = joiner else { return }
    starts.append(open.start)
    kinds.append(open.class.kind)
    last = open.class
    joiner = nil
  }
}

/// What a grapheme cluster is for the cutting of words, by its first scalar.
private enum ClusterClass {
  case letter
  case digit
  case unspaced
  /// A hyphen or an apostrophe: in a word where it stands between letters or digits.
  case joiner
  /// In a number where it stands between digits.
  case point
  case comma
  case sentenceEnd
  case lineBreak
  case space
  case punctuation
  case symbol

  init(_ scalar: Unicode.Scalar) {
    self = scalar.isASCII ? Self.ascii(UInt8(scalar.value)) : Self.beyondASCII(scalar)
  }

  var isInWord: Bool { self == .letter || self == .digit }
  var isJoiner: Bool { self == .joiner || joinsOnlyDigits }
  var joinsOnlyDigits: Bool { self == .point || self == .comma }

  var kind: WordTokens.Kind {
    switch self {
    case .letter, .digit: .word
    case .unspaced: .unspaced
    case .point, .sentenceEnd: .sentenceEnd
    case .joiner, .comma, .punctuation: .punctuation
    case .lineBreak: .lineBreak
    case .space: .space
    case .symbol: .symbol
    }
  }

  private static func ascii(_ byte: UInt8) -> Self {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: " "), UInt8(ascii: "\t"): .space
    case 0x0A...0x0D: .lineBreak
    case UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "_"): .joiner
    case UInt8(ascii: "."): .point
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: "!"), UInt8(ascii: "?"): .sentenceEnd
    case UInt8(ascii: "<")...UInt8(ascii: ">"), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      .symbol
    default: .punctuation
    }
  }

  private static func beyondASCII(_ scalar: Unicode.Scalar) -> Self {
    switch scalar.value {
    case 0x85, 0x2028, 0x2029: return .lineBreak
    case 0x200B: return .space
    case 0x2010, 0x2011, 0x2019: return .joiner
    case 0x2026, 0x3002, 0xFF01, 0xFF1F, 0x061F, 0x06D4, 0x0964, 0x0965: return .sentenceEnd
    case let value where isWrittenWithoutSpaces(value): return .unspaced
    default: break
    }
    let properties = scalar.properties
    if properties.isWhitespace { return .space }
    if properties.isIdeographic { return .unspaced }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .digit
    // Soft hyphens, marks of direction and other characters that are not seen.
    case .format: return .joiner
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .control:
      return .punctuation
    default: return .symbol
    }
  }

  /// The blocks of the scripts without spaces that are not ideographic: the standard library tells no scripts.
  private static func isWrittenWithoutSpaces(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E80...0x0ECE, 0x0EDC...0x0EDF, 0x0F40...0x0FBC,  // Thai, Lao, Tibetan
      0x1000...0x103F, 0x1050...0x108F, 0xA9E0...0xA9EF, 0xAA60...0xAA7F,  // Myanmar
      0x1780...0x17D3, 0x1950...0x19CF, 0x1A20...0x1A7F, 0xAA80...0xAADF,  // Khmer, Tai
      0x3005...0x3007, 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F:  // Kana
      true
    default: false
    }
  }
}
