/// What the commands of LaTeX print, as far as bibliographies use them.
enum LaTeXSymbols {
  /// A mark that goes onto a letter.
  struct Accent: Sendable {
    /// The mark by itself, where it has no letter.
    let alone: String
    private let mark: Unicode.Scalar
    private let composed: [Unicode.Scalar: Unicode.Scalar]

    /// Letters and, at the same positions, the letters with the mark on, as one scalar each.
    init(_ alone: String, _ mark: Unicode.Scalar, _ bases: String, _ results: String) {
      self.alone = alone
      self.mark = mark
      composed = Dictionary(zip(bases.unicodeScalars, results.unicodeScalars), uniquingKeysWith: { first, _ in first })
    }

    /// The letter with the mark, in composed form where Unicode has one.
    func on(_ letter: Unicode.Scalar) -> String {
      if let single = composed[letter] { return String(Character(single)) }
      var scalars = String.UnicodeScalarView()
      scalars.append(letter)
      scalars.append(mark)
      return String(scalars)
    }
  }

  static let signAccents: [Unicode.Scalar: Accent] = [
    "`": Accent("`", "\u{300}", "AEIOUNWYaeiounwy", "ÀÈÌÒÙǸẀỲàèìòùǹẁỳ"),
    "'": Accent(
      "'", "\u{301}", "AEIOUYCGKLMNPRSWZaeiouycgklmnprswzÆØæø", "ÁÉÍÓÚÝĆǴḰĹḾŃṔŔŚẂŹáéíóúýćǵḱĺḿńṕŕśẃźǼǾǽǿ"),
    "^": Accent("^", "\u{302}", "AEIOUCGHJSWYZaeioucghjswyz", "ÂÊÎÔÛĈĜĤĴŜŴŶẐâêîôûĉĝĥĵŝŵŷẑ"),
    "~": Accent("~", "\u{303}", "ANOIUEYVanoiueyv", "ÃÑÕĨŨẼỸṼãñõĩũẽỹṽ"),
    "\"": Accent("\u{A8}", "\u{308}", "AEIOUYHWXaeiouyhwxt", "ÄËÏÖÜŸḦẄẌäëïöüÿḧẅẍẗ"),
    "=": Accent("\u{AF}", "\u{304}", "AEIOUYGaeiouyg", "ĀĒĪŌŪȲḠāēīōūȳḡ"),
    ".": Accent(
      "\u{2D9}", "\u{307}", "ABCDEFGHIMNOPRSTWXYZabcdefghmnoprstwxyz", "ȦḂĊḊĖḞĠḢİṀṄȮṖṘṠṪẆẊẎŻȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏż"),
  ]

  static let letterAccents: [String: Accent] = [
    "u": Accent("\u{2D8}", "\u{306}", "AEGIOUaegiou", "ĂĔĞĬŎŬăĕğĭŏŭ"),
    "v": Accent("\u{2C7}", "\u{30C}", "ACDEGHIKLNORSTUZacdeghijklnorstuz", "ǍČĎĚǦȞǏǨĽŇǑŘŠŤǓŽǎčďěǧȟǐǰǩľňǒřšťǔž"),
    "H": Accent("\u{2DD}", "\u{30B}", "OUou", "ŐŰőű"),
    "c": Accent("\u{B8}", "\u{327}", "CDEGHKLNRSTcdeghklnrst", "ÇḐȨĢḨĶĻŅŖŞŢçḑȩģḩķļņŗşţ"),
    "k": Accent("\u{2DB}", "\u{328}", "AEIOUaeiou", "ĄĘĮǪŲąęįǫų"),
    "r": Accent("\u{2DA}", "\u{30A}", "AUauwy", "ÅŮåůẘẙ"),
    "d": Accent(".", "\u{323}", "ABDEHIKLMNORSTUVWYZabdehiklmnorstuvwyz", "ẠḄḌẸḤỊḲḶṂṆỌṚṢṬỤṾẈỴẒạḅḍẹḥịḳḷṃṇọṛṣṭụṿẉỵẓ"),
    "b": Accent("_", "\u{331}", "BDKLNRTZbdhklnrtz", "ḆḎḴḺṈṞṮẔḇḏẖḵḻṉṟṯẕ"),
  ]

  static let symbols: [String: String] = [
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø",
    "l": "ł", "L": "Ł", "i": "\u{131}", "j": "\u{237}", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ", "NG": "Ŋ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "omicron": "ο", "pi": "π", "rho": "ρ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "textalpha": "α", "textbeta": "β", "textgamma": "γ", "textdelta": "δ", "textkappa": "κ", "textmu": "μ",
    "times": "×", "pm": "±", "cdot": "·", "circ": "°", "degree": "°", "textdegree": "°", "leq": "≤", "le": "≤",
    "geq": "≥",
    "ge": "≥", "neq": "≠", "approx": "≈", "sim": "~", "infty": "∞", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "uparrow": "↑", "downarrow": "↓", "prime": "′", "langle": "⟨", "rangle": "⟩", "partial": "∂",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquoteleft": "‘",
    "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'",
    "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}",
    "textunderscore": "_", "textbar": "|",
    "textless": "<", "textgreater": ">", "textregistered": "®", "texttrademark": "™", "copyright": "©", "dag": "†",
    "ddag": "‡", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "texteuro": "€", "quad": " ", "qquad": " ",
    "guillemotleft": "«", "guillemotright": "»",
  ]

  /// Commands that only change how their argument, or what follows, looks.
  static let formatting: Set<String> = [
    "emph", "textit", "textbf", "textrm", "textsc", "textsf", "texttt", "textup", "textsl", "textnormal",
    "textsuperscript", "textsubscript", "mathrm", "mathit", "mathbf", "mathsf", "mathcal", "ensuremath", "text", "mbox",
    "hbox", "url", "href", "it", "em", "bf", "rm", "sc", "sf", "tt", "sl", "itshape", "bfseries", "upshape", "scshape",
    "uppercase", "lowercase", "MakeUppercase", "MakeLowercase", "NoCaseChange", "enquote", "relax", "noopsort", "left",
    "right", "bibinfo", "protect",
  ]
}
