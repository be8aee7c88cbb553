import AnnotationStore

/// Writes an entry as BibTeX in UTF-8, so that BibTeX, Biber and citation managers read it alike.
///
/// Titles stand in a second pair of braces, which keeps their capitals. DOIs and addresses are written verbatim but for
/// braces and backslashes, as BibLaTeX takes them.
enum BibTeXText {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  static func entry(_ entry: BibliographyEntry, _ context: ExportContext) -> String {
    var fields: [(name: String, value: String)] = []
    func add(_ name: String, _ text: String?) { if let text { fields.append((name, "{\(text)}")) } }
    if !entry.authors.isEmpty { add("author", entry.authors.map(name).joined(separator: " and ")) }
    add("title", entry.title.map { "{\(escaped($0))}" })
    add("journal", entry.container.map(escaped))
    if let issued = entry.issued {
      add("year", String(issued.year))
      if let month = issued.month { fields.append(("month", months[month - 1])) }
      add("day", issued.day.map(String.init))
    }
    add("doi", entry.doi.map(verbatim))
    add("pmid", entry.pmid)
    add("pmcid", entry.pmcid)
    add("url", entry.url.map(verbatim))
    add("pubstate", entry.isRetracted ? "retracted" : nil)
    let entities = entry.entitiesForList(context)
    add("keywords", entities.isEmpty ? nil : entities.map(escaped).joined(separator: ", "))
    let lines = fields.map { "  \($0.name) = \($0.value)" }.joined(separator: ",\n")
    return "@\(entry.container == nil ? "misc" : "article"){\(entry.key),\n\(lines)\n}\n"
  }

  /// A name as BibTeX parts it: `von Last, First`, `von Last, Jr, First`, or all of it in braces.
  private static func name(_ name: BibliographyName) -> String {
    if name.isLiteral { return "{\(escaped(name.family))}" }
    return [name.wholeFamily, name.suffix, name.given].filter { !$0.isEmpty }.map { part in
      part.split(separator: " ").map { $0.lowercased() == "and" ? "{\($0)}" : escaped(String($0)) }
        .joined(separator: " ")
    }.joined(separator: ", ")
  }

  /// Text in which nothing means anything to TeX. Braces become commands, for BibTeX counts even escaped ones.
  static func escaped(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out.append(contentsOf: "\\textbackslash{}".unicodeScalars)
      case "{": out.append(contentsOf: "\\textbraceleft{}".unicodeScalars)
      case "}": out.append(contentsOf: "\\textbraceright{}".unicodeScalars)
      case "~": out.append(contentsOf: "\\textasciitilde{}".unicodeScalars)
      case "^": out.append(contentsOf: "\\textasciicircum{}".unicodeScalars)
      case "$", "&", "%", "#", "_":
        out.append("\\")
        out.append(scalar)
      // Two of them together would print as a dash or a quotation mark.
      case "-" where previous == "-", "'" where previous == "'", "`" where "`?!".unicodeScalars.contains(previous):
        out.append(contentsOf: "{}".unicodeScalars)
        out.append(scalar)
      default: out.append(scalar)
      }
      previous = scalar
    }
    return String(out)
  }

  private static func verbatim(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\textbackslash{}"
      case "{": out += "\\textbraceleft{}"
      case "}": out += "\\textbraceright{}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
