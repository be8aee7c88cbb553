/// Turns the LaTeX of a bibliography's field into plain Unicode text.
///
/// Accents, special letters, Greek, dashes, quotes and escapes become what they print; formatting commands, braces and
/// math signs go away; a command that is not known stays as written, so that nothing is lost in silence.
struct LaTeXText {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var out = String.UnicodeScalarView()
  private let depth: Int

  /// The plain text, with white space collapsed.
  static func plain(_ text: String) -> String { decode(Array(text.unicodeScalars), depth: 0).collapsed() }

  /// What an identifier with a sign in it that BibTeX counts is written with.
  private static let identifierCommands: [(command: [Unicode.Scalar], sign: Unicode.Scalar)] = [
    ("\\textbackslash{}", "\\"), ("\\textbraceleft{}", "{"), ("\\textbraceright{}", "}"),
  ].map { (Array($0.unicodeScalars), $1) }

  /// An identifier or URL: escapes and braces go, all else stays as written.
  static func identifier(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var kept = String.UnicodeScalarView()
    var isEscape = false
    var index = 0
    while index < scalars.count {
      if let (command, sign) = identifierCommands.first(where: { scalars[index...].starts(with: $0.command) }) {
        kept.append(sign)
        index += command.count
        continue
      }
      let scalar = scalars[index]
      index += 1
      if isEscape, !"_%&#$~^{} ".unicodeScalars.contains(scalar) { kept.append("\\") }
      if scalar == "\\", !isEscape {
        isEscape = true
        continue
      }
      if isEscape || (scalar != "{" && scalar != "}") { kept.append(scalar) }
      isEscape = false
    }
    let plain = String(kept).trimmed()
    return plain.hasPrefix("\\url") ? plain.dropFirst(4).trimmed() : plain
  }

  private init(_ scalars: [Unicode.Scalar], depth: Int) {
    self.scalars = scalars
    self.depth = depth
  }

  /// Arguments of accents nest a few levels at most; deeper ones are taken as they are.
  private static func decode(_ scalars: [Unicode.Scalar], depth: Int) -> String {
    guard depth < 8 else { return String(String.UnicodeScalarView(scalars)) }
    var decoder = LaTeXText(scalars, depth: depth)
    while decoder.index < decoder.scalars.count { decoder.step() }
    return String(decoder.out)
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  private mutating func emit(_ text: String) { out.append(contentsOf: text.unicodeScalars) }

  private mutating func step() {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "\\": command()
    case "{", "}", "$": break
    case "~": out.append(" ")
    case "-" where peek() == "-":
      index += 1
      if peek() == "-" {
        index += 1
        emit("\u{2014}")
      } else {
        emit("\u{2013}")
      }
    case "`" where peek() == "`":
      index += 1
      emit("\u{201C}")
    case "'" where peek() == "'":
      index += 1
      emit("\u{201D}")
    default: out.append(scalar)
    }
  }

  private mutating func command() {
    guard let first = peek() else { return out.append("\\") }
    guard first.isASCII, first.properties.isAlphabetic else {
      index += 1
      return symbolCommand(first)
    }
    let start = index
    while let scalar = peek(), scalar.isASCII, scalar.properties.isAlphabetic { index += 1 }
    let name = String(String.UnicodeScalarView(scalars[start..<index]))
    if let accent = LaTeXSymbols.letterAccents[name], peek() != nil {
      return accented(accent)
    }
    if let symbol = LaTeXSymbols.symbols[name] {
      emit(symbol)
      skipSpace()
      if peek() == "{", peek(1) == "}" { index += 2 }
    } else if LaTeXSymbols.formatting.contains(name) {
      skipSpace()
    } else {
      emit("\\" + name)
    }
  }

  private mutating func symbolCommand(_ scalar: Unicode.Scalar) {
    if let accent = LaTeXSymbols.signAccents[scalar] { return accented(accent) }
    switch scalar {
    case "&", "%", "$", "#", "_", "{", "}": out.append(scalar)
    case " ", ",", ";", ":", "\\", "\n", "\t", "\r": out.append(" ")
    case "/", "-", "!", "(", ")", "[", "]": break
    default:
      out.append("\\")
      out.append(scalar)
    }
  }

  private mutating func skipSpace() {
    while let scalar = peek(), scalar.properties.isWhitespace { index += 1 }
  }

  /// Puts an accent on the first letter of its argument: a group, a command or a single scalar.
  private mutating func accented(_ accent: LaTeXSymbols.Accent) {
    skipSpace()
    var argument: [Unicode.Scalar] = []
    if peek() == "{" {
      var level = 0
      repeat {
        guard let scalar = peek() else { break }
        level += scalar == "{" ? 1 : scalar == "}" ? -1 : 0
        argument.append(scalar)
        index += 1
      } while level > 0
      argument.removeFirst()
      if level == 0, !argument.isEmpty { argument.removeLast() }
    } else if peek() == "\\" {
      argument.append("\\")
      index += 1
      while let scalar = peek(), scalar.isASCII, scalar.properties.isAlphabetic {
        argument.append(scalar)
        index += 1
      }
    } else if let scalar = peek(), scalar != "}" {
      argument.append(scalar)
      index += 1
    }
    let base = Self.decode(argument, depth: depth + 1).unicodeScalars
    guard let letter = base.first else { return emit(accent.alone) }
    emit(accent.on(letter == "\u{131}" ? "i" : letter == "\u{237}" ? "j" : letter))
    out.append(contentsOf: base.dropFirst())
  }
}
