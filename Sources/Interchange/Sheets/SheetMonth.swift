/// The months as spreadsheets of several languages read and write them.
enum SheetMonth {
  /// A language of Excel other than English.
  private struct Language {
    /// What stands between day and month where it shows a date that it made by itself.
    var separator: String
    /// The names of each month, from January on.
    var months: [[Substring]]

    init(_ separator: String, _ names: String) {
      self.separator = separator
      months = names.split(separator: ",").map { $0.split(separator: " ") }
    }
  }

  private static let english = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// German, French, Spanish, Italian, Portuguese and Dutch.
  private static let others = [
    Language(
      ". ",
      "jan jän januar jänner,feb februar,mrz mär märz,apr april,mai,jun juni,jul juli,aug august,sep sept september,"
        + "okt oktober,nov november,dez dezember"),
    Language(
      "-",
      "janv janvier,févr fevr février,mars,avr avril,mai,juin,juil juillet,août aout,sept septembre,oct octobre,"
        + "nov novembre,déc décembre"),
    Language(
      "-",
      "ene enero,feb febrero,mar marzo,abr abril,may mayo,jun junio,jul julio,ago agosto,sep sept septiembre,"
        + "oct octubre,nov noviembre,dic diciembre"),
    Language(
      "-",
      "gen gennaio,feb febbraio,mar marzo,apr aprile,mag maggio,giu giugno,lug luglio,ago agosto,set sett settembre,"
        + "ott ottobre,nov novembre,dic dicembre"),
    Language(
      "/",
      "jan janeiro,fev fevereiro,mar março,abr abril,mai maio,jun junho,jul julho,ago agosto,set setembro,out outubro,"
        + "nov novembro,dez dezembro"),
    Language(
      "-",
      "jan januari,feb februari,mrt maart,apr april,mei,jun juni,jul juli,aug augustus,sep sept september,okt oktober,"
        + "nov november,dec december"),
  ]

  /// No name means different months in two languages.
  private static let numbers: [String: Int] = {
    var numbers: [String: Int] = [:]
    for (index, names) in others.flatMap({ $0.months.enumerated() }) {
      for name in names { numbers[String(name)] = index + 1 }
    }
    return numbers
  }()

  /// The number of a month by its name in any of the languages.
  static func number(_ name: some StringProtocol) -> Int? {
    let key = name.lowercased()
    return englishNumber(key) ?? numbers[key]
  }

  /// The number of a month by its English name, whole or its first three letters, or `sept`.
  static func englishNumber(_ name: some StringProtocol) -> Int? {
    let key = name.lowercased()
    guard key.utf8.count >= 3 else { return nil }
    return english.firstIndex { $0 == key || $0.prefix(3) == key || key == "sept" && $0 == "september" }.map { $0 + 1 }
  }

  /// Whether a text is a day just as Excel of one of the other languages shows it: `02. Sep`, `2-sept.`, `1-mrt-26`.
  ///
  /// The names are words or genes in some language (`set`, `gen`, `ago`), so nothing but that form counts: `AGO-2` and
  /// `2 out` are none.
  static func isDayOfOtherLanguage(_ text: String) -> Bool {
    guard text.utf8.count <= 32, text.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true else { return false }
    return others.contains { isDay(text, $0) }
  }

  private static func isDay(_ text: String, _ language: Language) -> Bool {
    let day = text.prefix { $0 != language.separator.first }
    guard day.isDigits, day.utf8.count <= 2, let number = Int(day), (1...31).contains(number),
      text[day.endIndex...].hasPrefix(language.separator)
    else { return false }
    var rest = text[day.endIndex...].dropFirst(language.separator.count)
    let name = rest.prefix { $0.isLetter }
    guard name.dropFirst().allSatisfy(\.isLowercase),
      language.months.contains(where: { $0.contains { $0 == name.lowercased() } })
    else { return false }
    rest = rest.dropFirst(name.count)
    if rest.first == "." { rest = rest.dropFirst() }
    if rest.isEmpty { return true }
    let year = rest.dropFirst()
    return rest.first == language.separator.last && year.isDigits && [2, 4].contains(year.utf8.count)
  }
}
