/// What a producer of BioC counts offsets and lengths in.
///
/// BioC's paper says bytes; most tools count Unicode code points, and some, written in Java or JavaScript, UTF-16 code
/// units. Nothing in a file says which, so it is told by where the mentions are.
enum BioCUnit: CaseIterable {
  case scalars
  case utf16
  case utf8

  /// Its name in messages.
  var words: String {
    switch self {
    case .scalars: "Unicode code points"
    case .utf16: "UTF-16 code units"
    case .utf8: "UTF-8 bytes"
    }
  }

  /// How many of it a scalar takes.
  func width(_ scalar: Unicode.Scalar) -> Int {
    switch self {
    case .scalars: 1
    case .utf16: UTF16.width(scalar)
    case .utf8: UTF8.width(scalar)
    }
  }
}

/// The text of a passage or a sentence, in which positions of any unit can be found.
struct BioCText {
  let scalars: [Unicode.Scalar]
  let isASCII: Bool

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    isASCII = text.utf8.count == scalars.count
  }

  /// Its length in a unit.
  func length(_ unit: BioCUnit) -> Int {
    isASCII || unit == .scalars ? scalars.count : scalars.reduce(0) { $0 + unit.width($1) }
  }

  /// Where each scalar begins in a unit, and where the last one ends.
  func starts(_ unit: BioCUnit) -> [Int]? {
    guard !isASCII, unit != .scalars else { return nil }
    var starts = [0]
    starts.reserveCapacity(scalars.count + 1)
    for scalar in scalars { starts.append(starts[starts.count - 1] + unit.width(scalar)) }
    return starts
  }

  /// A stretch of it.
  func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
}
