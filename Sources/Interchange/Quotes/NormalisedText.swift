import Foundation

/// A text without what copying, typesetting and conversion change in it, each scalar with the place that it came from.
///
/// The rules, in this order (Schema/quotes.md):
/// 1. compatibility composition, NFKC: ligatures, widths, superscripts, `µ` and `μ`, composed and decomposed accents;
/// 2. invisible characters go: soft hyphens, zero-width spaces and joiners, byte order marks, variation selectors;
/// 3. dashes become `-`, single quotation marks and primes `'`, double ones `"`;
/// 4. a hyphen between letters goes, with the line end after it where it stands at one: a word that was broken, and a
///    compound that was not, read alike;
/// 5. a run of white space becomes one space.
/// Capitals, digits and punctuation stay as they are.
struct NormalisedText {
  /// What remains.
  private(set) var scalars: [Unicode.Scalar] = []
  /// Where each begins in the original, in scalars.
  private(set) var starts: [Int] = []
  /// The first scalar of the original that no longer belongs to it.
  private(set) var ends: [Int] = []

  /// Whether a line ends in the white space that each was made of.
  private var hasLineEnd: [Bool] = []

  /// Normalises a text.
  init(_ original: [Unicode.Scalar]) {
    scalars.reserveCapacity(original.count)
    starts.reserveCapacity(original.count)
    ends.reserveCapacity(original.count)
    var forms: [[Unicode.Scalar]: [Unicode.Scalar]] = [:]
    var index = 0
    while index < original.count {
      var next = index + 1
      while next < original.count, Self.continues(original[next], original[next - 1]) { next += 1 }
      if next == index + 1, original[index].isASCII {
        put(original[index], index..<next)
      } else {
        let cluster = Array(original[index..<next])
        let form = forms[cluster] ?? Self.compatibilityForm(cluster)
        if forms.count < 4096 { forms[cluster] = form }
        for scalar in form { put(scalar, index..<next) }
      }
      index = next
    }
    dropHyphens()
    hasLineEnd = []
  }

  /// The stretch of the original that a stretch of this was made of.
  func original(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    return starts[range.lowerBound]..<max(starts[range.lowerBound], ends[range.upperBound - 1])
  }

  /// Without the space at either end.
  var trimmed: [Unicode.Scalar] {
    var rest = scalars[...]
    if rest.first == " " { rest.removeFirst() }
    if rest.last == " " { rest.removeLast() }
    return Array(rest)
  }

  /// Whether a scalar may compose with the one before it: marks, and the jamo of a Hangul syllable.
  private static func continues(_ scalar: Unicode.Scalar, _ previous: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return false }
    let isJamo = { (scalar: Unicode.Scalar) in
      (0x1100...0x11FF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)
    }
    return scalar.properties.canonicalCombiningClass != .notReordered
      || (isJamo(previous) && (0x1160...0x11FF).contains(scalar.value))
  }

  private static func compatibilityForm(_ cluster: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let text = String(String.UnicodeScalarView(cluster))
    return Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
  }

  private mutating func put(_ scalar: Unicode.Scalar, _ range: Range<Int>) {
    switch scalar.value {
    case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF, 0xFE00...0xFE0F: return
    case 0x2010...0x2015, 0x2212, 0x2043: append("-", range)
    case 0x2018...0x201B, 0x2032, 0x60: append("'", range)
    case 0x201C...0x201F, 0x2033, 0xAB, 0xBB: append("\"", range)
    default:
      guard scalar.properties.isWhitespace else { return append(scalar, range) }
      if scalars.last == " " { ends[ends.count - 1] = range.upperBound } else { append(" ", range) }
      if [0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029].contains(scalar.value) {
        hasLineEnd[hasLineEnd.count - 1] = true
      }
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar, _ range: Range<Int>) {
    scalars.append(scalar)
    starts.append(range.lowerBound)
    ends.append(range.upperBound)
    hasLineEnd.append(false)
  }

  /// Rule 4. At the end of a line the hyphen has a space after it by now.
  private mutating func dropHyphens() {
    var kept = 0
    var index = 0
    while index < scalars.count {
      let afterLetter = scalars[index] == "-" && kept > 0 && scalars[kept - 1].properties.isAlphabetic
      if afterLetter, let next = letter(after: index) {
        index = next
        continue
      }
      (scalars[kept], starts[kept], ends[kept]) = (scalars[index], starts[index], ends[index])
      kept += 1
      index += 1
    }
    scalars.removeLast(scalars.count - kept)
    starts.removeLast(starts.count - kept)
    ends.removeLast(ends.count - kept)
  }

  /// The letter right after a hyphen, or after the white space behind it where a line ends in that.
  private func letter(after hyphen: Int) -> Int? {
    let next = hyphen + 1
    guard next < scalars.count else { return nil }
    if scalars[next].properties.isAlphabetic { return next }
    guard scalars[next] == " ", hasLineEnd[next], next + 1 < scalars.count,
      scalars[next + 1].properties.isAlphabetic
    else { return nil }
    return next + 1
  }

}
