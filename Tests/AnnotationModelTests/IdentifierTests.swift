import AnnotationModel
import Testing

/// The canonical text of `input`, or the message with which it was refused.
private func reading<T: TextIdentifier>(_ type: T.Type, _ input: String) -> String {
  do throws(IdentifierError) {
    return try T(parsing: input).text
  } catch {
    return error.description
  }
}

private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

@Suite struct CURIETests {
  static let accepted = [
    ("NCBIGene:3934", "NCBIGene", "3934"), ("MONDO:0004976", "MONDO", "0004976"), ("ECO:0000006", "ECO", "0000006"),
    (" PMID:31 \r\n", "PMID", "31"), ("a:b:c", "a", "b:c"), ("x.y_z-1:a/b?c#d", "x.y_z-1", "a/b?c#d"),
    ("GO:\u{E9}", "GO", "\u{E9}"), (repeated("a", 64) + ":1", repeated("a", 64), "1"),
    ("a:" + repeated("é", 256), "a", repeated("é", 256)), ("a:\u{301}", "a", "\u{301}"),
  ]

  @Test(arguments: accepted) func reads(_ input: String, _ prefix: String, _ reference: String) throws {
    let curie = try CURIE(parsing: input)
    #expect(Array(curie.prefix.utf8) == Array(prefix.utf8))
    #expect(Array(curie.reference.utf8) == Array(reference.utf8))
    #expect(CURIE.isCanonical(curie.text))
  }

  static let usual = "(expected PREFIX:REFERENCE, for example NCBIGene:3934)"
  static let refused = [
    ("NCBIGene3934", "not a CURIE: \"NCBIGene3934\" has no ':' \(usual)"),
    ("", "not a CURIE: \"\" is empty \(usual)"),
    ("  ", "not a CURIE: \"  \" is empty \(usual)"),
    (":1", "not a CURIE: \":1\" has nothing before ':' \(usual)"),
    ("GO:", "not a CURIE: \"GO:\" has nothing after ':' \(usual)"),
    ("1GO:1", "not a CURIE: \"1GO:1\" has a prefix that does not begin with a letter \(usual)"),
    ("_:1", "not a CURIE: \"_:1\" has a prefix that does not begin with a letter \(usual)"),
    ("G O:1", "not a CURIE: \"G O:1\" has whitespace (U+0020) at character 2 \(usual)"),
    ("GO:a\u{0}", "not a CURIE: \"GO:a\\u{0}\" has a control character (U+0000) at character 5 \(usual)"),
    ("GO:\u{202E}1", "not a CURIE: \"GO:\\u{202E}1\" has an invisible character (U+202E) at character 4 \(usual)"),
    ("GO:1\u{200B}2", "not a CURIE: \"GO:1\\u{200B}2\" has an invisible character (U+200B) at character 5 \(usual)"),
    (
      "Gé:1",
      "not a CURIE: \"Gé:1\" has \"é\" in its prefix, which may hold letters, digits, . _ and - \(usual)"
    ),
    (
      "G%:1",
      "not a CURIE: \"G%:1\" has \"%\" in its prefix, which may hold letters, digits, . _ and - \(usual)"
    ),
    (
      "https://example.org/GO:1",
      "not a CURIE: \"https://example.org/GO:1\" is a web address "
        + "(give it as a source's url, or name the same thing as PREFIX:REFERENCE)"
    ),
    (
      "DOI:10.1000/1",
      "not a CURIE: \"DOI:10.1000/1\" is a DOI "
        + "(give it as a source's doi; a CURIE names an entity, for example NCBIGene:3934)"
    ),
    (
      "a:" + repeated("b", 257),
      "not a CURIE: \"a:\(repeated("b", 78))…\" has a reference of more than 256 characters \(usual)"
    ),
    (
      repeated("a", 65) + ":1",
      "not a CURIE: \"\(repeated("a", 65)):1\" has a prefix of more than 64 characters \(usual)"
    ),
  ]

  @Test(arguments: refused) func refuses(_ input: String, _ message: String) {
    #expect(reading(CURIE.self, input) == message)
  }

  @Test func comparesBytesAndNotCanonicalEquivalence() throws {
    let composed = try CURIE(parsing: "x:\u{E9}")
    let decomposed = try CURIE(parsing: "x:e\u{301}")
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
    #expect(!(composed < decomposed))
    let same = try CURIE(parsing: " x:\u{E9}")
    #expect(same == composed && same.hashValue == composed.hashValue)
  }

  @Test func aSpellingThatOnlyParsesIsNotCanonical() {
    #expect(!CURIE.isCanonical(" GO:1"))
    #expect(!CURIE.isCanonical("GO"))
    #expect(!DOI.isCanonical("10.1000/ABC"))
    #expect(DOI.isCanonical("10.1000/abc"))
  }
}

@Suite struct PaperIdentifierTests {
  static let dois = [
    ("10.3389/fnagi.2025.1672903", "10.3389/fnagi.2025.1672903"),
    ("10.3389/FNAGI.2025.1672903", "10.3389/fnagi.2025.1672903"),
    ("doi:10.1000/182", "10.1000/182"), ("DOI: 10.1000/182", "10.1000/182"), (" 10.1000/182\n", "10.1000/182"),
    ("https://doi.org/10.1000/182", "10.1000/182"), ("HTTP://DX.DOI.ORG/10.1000/182", "10.1000/182"),
    ("doi.org/10.1000/182", "10.1000/182"), ("doi:https://doi.org/10.1000/182", "10.1000/182"),
    ("10.1000.10/a/b", "10.1000.10/a/b"),
    ("10.1002/(SICI)1<5::AID-A7>3.0.CO;2-#", "10.1002/(sici)1<5::aid-a7>3.0.co;2-#"),
    ("https://doi.org/10.1002/(SICI)1%3C5%3E2-%23", "10.1002/(sici)1<5>2-#"),
    ("10.1000/a%2Fb", "10.1000/a%2fb"), ("10.1000/É", "10.1000/É"),
  ]

  @Test(arguments: dois) func readsDOI(_ input: String, _ text: String) throws {
    #expect(reading(DOI.self, input) == text)
    #expect(DOI.isCanonical(text))
  }

  static let refusedDOIs = [
    ("", "is empty"), ("doi:", "is empty"), ("11.1000/1", "does not begin with 10."), ("10.1000", "has no '/'"),
    ("10.1000/", "has nothing after '/'"), ("10.100/1", "has no registrant number"),
    ("10.1000./1", "has no registrant number"), ("10.10a0/1", "has no registrant number"),
    ("10.1234567890/1", "has no registrant number"), ("10.1000/a b", "has whitespace (U+0020) at character 10"),
    ("10.1000/a\u{7}", "has a control character"), ("https://doi.org/10.1000/1?x=y", "has a '?' or '#'"),
    ("https://doi.org/10.1000/1#x", "has a '?' or '#'"), ("https://doi.org/10.1000/%zz", "has a percent escape"),
    ("https://doi.org/10.1000/%f", "has a percent escape"), ("https://doi.org/10.1000/%FF", "has a percent escape"),
    ("https://doi.org/10.1000/a%0Ab", "has whitespace (U+000A)"),
    ("https://example.org/10.1000/1", "does not begin with"),
    ("10.1000/" + repeated("a", 1017), "is longer than 1024 bytes"),
  ]

  @Test(arguments: refusedDOIs) func refusesDOI(_ input: String, _ reason: String) {
    let message = reading(DOI.self, input)
    #expect(message.hasPrefix("not a DOI: \""))
    #expect(message.contains("\" \(reason)"), "\(message)")
    #expect(message.contains("10.3389/fnagi.2025.1672903)"))
  }

  static let pmids = [
    ("31234567", "31234567"), ("PMID:1", "1"), ("pmid: 22", "22"), (" 999999999 ", "999999999"),
    ("https://pubmed.ncbi.nlm.nih.gov/31234567/", "31234567"), ("pubmed.ncbi.nlm.nih.gov/3?dopt=x", "3"),
    ("http://www.ncbi.nlm.nih.gov/pubmed/3#a", "3"),
  ]

  @Test(arguments: pmids) func readsPMID(_ input: String, _ text: String) {
    #expect(reading(PMID.self, input) == text)
  }

  static let refusedPMIDs = [
    ("", "is empty"), ("0", "begins with 0"), ("012", "begins with 0"), ("1234567890", "has more than 9 digits"),
    ("12a", "has something other than digits"), ("-1", "has something other than digits"),
    ("١٢", "has something other than digits"), ("PMC12", "is a PMCID (give it as the source's pmcid)"),
    ("https://pubmed.ncbi.nlm.nih.gov/", "is empty"), ("1\u{301}", "has something other than digits"),
  ]

  @Test(arguments: refusedPMIDs) func refusesPMID(_ input: String, _ reason: String) {
    #expect(reading(PMID.self, input).hasPrefix("not a PMID: \(IdentifierError.quoted(input)) \(reason)"))
  }

  static let pmcids = [
    ("PMC12528097", "PMC12528097"), ("pmc1", "PMC1"), ("PMCID:PMC123", "PMC123"), ("PMCID: pmc123", "PMC123"),
    ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123/", "PMC123"),
    ("https://www.ncbi.nlm.nih.gov/pmc/articles/pmc123/pdf/x.pdf", "PMC123"),
  ]

  @Test(arguments: pmcids) func readsPMCID(_ input: String, _ text: String) {
    #expect(reading(PMCID.self, input) == text)
  }

  static let refusedPMCIDs = [
    ("", "is empty"), ("123", "does not begin with PMC"), ("PMC", "has nothing after PMC"),
    ("PMC12.1", "has something other than digits after PMC"), ("PMC01", "has a 0 after PMC"),
    ("PMC1234567890", "has more than 9 digits"), ("PMCID:123", "does not begin with PMC"),
  ]

  @Test(arguments: refusedPMCIDs) func refusesPMCID(_ input: String, _ reason: String) {
    let remedy = "(expected PMC and digits, for example PMC12528097)"
    #expect(reading(PMCID.self, input) == "not a PMCID: \(IdentifierError.quoted(input)) \(reason) \(remedy)")
  }

  static let addresses = [
    ("https://example.org/paper", "https://example.org/paper"),
    ("HTTPS://Example.ORG/Paper?A=B#C", "https://example.org/Paper?A=B#C"), ("http://a.b", "http://a.b"),
    ("http://localhost:8080/x", "http://localhost:8080/x"), ("http://[::1]:80/", "http://[::1]:80/"),
    (" https://a.b./ü@: ", "https://a.b./ü@:"), ("https://a.b?q", "https://a.b?q"),
  ]

  @Test(arguments: addresses) func readsWebAddress(_ input: String, _ text: String) {
    #expect(reading(WebAddress.self, input) == text)
    #expect(WebAddress.isCanonical(text))
  }

  static let refusedAddresses = [
    ("", "is empty"), ("ftp://a.b/", "does not begin with http:// or https://"), ("example.org", "does not begin with"),
    ("http://", "has no host"), ("http:///x", "has no host"), ("http://:80/", "has no host"),
    ("http://u:p@a.b/", "names a user before '@'"), ("http://ü.b/", "has a host outside ASCII"),
    ("http://a..b/", "has a host with characters"), ("http://./", "has a host with characters"),
    ("http://a\\b/", "has a host with characters"), ("http://[::1/", "has a host with characters"),
    ("http://[1]/", "has a host with characters"), ("http://a:0/", "has a port outside 1 to 65535"),
    ("http://a:/", "has a port"), ("http://a:99999/", "has a port"), ("http://a/b c", "has whitespace (U+0020)"),
    ("http://a/\u{1B}[2J", "has a control character (U+001B)"),
    ("http://a/" + repeated("x", 2048), "is longer than 2048 bytes"),
  ]

  @Test(arguments: refusedAddresses) func refusesWebAddress(_ input: String, _ reason: String) {
    let message = reading(WebAddress.self, input)
    #expect(message.hasPrefix("not a web address: \(IdentifierError.quoted(input)) \(reason)"), "\(message)")
  }
}

@Suite struct CuratorAndDateTests {
  static let orcids = [
    ("0000-0002-1825-0097", "0000-0002-1825-0097"), ("0000000218250097", "0000-0002-1825-0097"),
    ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
    ("http://orcid.org/0000-0002-1694-233x/", "0000-0002-1694-233X"),
    ("orcid: 0000-0001-5109-3700", "0000-0001-5109-3700"),
  ]

  @Test(arguments: orcids) func readsORCID(_ input: String, _ text: String) {
    #expect(reading(ORCID.self, input) == text)
    #expect(ORCID.isCanonical(text))
  }

  static let refusedORCIDs = [
    ("", "is empty"), ("0000-0002-1825-0098", "has a checksum that does not fit"),
    ("0000-0000-0000-0000", "has a checksum that does not fit"), ("0000-0002-1825-009", "does not have 16 digits"),
    ("0000-00021-825-0097", "is not in groups of four"), ("000X-0002-1825-0097", "has something other than digits"),
    ("0000-0002-1825-009Y", "has something other than digits"), ("0000_0002_1825_0097", "is not in groups of four"),
  ]

  @Test(arguments: refusedORCIDs) func refusesORCID(_ input: String, _ reason: String) {
    #expect(reading(ORCID.self, input).hasPrefix("not an ORCID: \(IdentifierError.quoted(input)) \(reason)"))
  }

  @Test func everySingleMistypedDigitOfAnORCIDIsCaught() {
    let valid = Array("0000000218250097".utf8)
    for position in 0..<16 {
      for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != valid[position] {
        var wrong = valid
        wrong[position] = digit
        #expect(throws: IdentifierError.self) { try ORCID(parsing: String(decoding: wrong, as: UTF8.self)) }
      }
    }
  }

  static let dates: [(String, Int, Int?, Int?)] = [
    ("2025", 2025, nil, nil), ("2025-10", 2025, 10, nil), ("2025-10-02", 2025, 10, 2), ("2024-02-29", 2024, 2, 29),
    ("2000-02-29", 2000, 2, 29), ("1000-01-01", 1000, 1, 1), ("9999-12-31", 9999, 12, 31),
  ]

  @Test(arguments: dates) func readsDate(_ input: String, _ year: Int, _ month: Int?, _ day: Int?) throws {
    let date = try PartialDate(parsing: input)
    #expect(date.year == year && date.month == month && date.day == day && date.text == input)
  }

  static let refusedDates = [
    ("", "is empty"), ("0999", "has a year outside 1000 to 9999"), ("2025-13", "has a month outside 01 to 12"),
    ("2025-00", "has a month outside 01 to 12"), ("2025-04-31", "has a day outside 01 to 30 of that month"),
    ("2025-02-29", "has a day outside 01 to 28 of that month"), ("1900-02-29", "has a day outside 01 to 28"),
    ("2025-01-00", "has a day outside 01 to 31"), ("2025-1-1", "has another form"), ("25", "has another form"),
    ("2025-", "has another form"), ("2025/01", "has another form"), ("2025-01-01-01", "has another form"),
    ("２０２５", "has another form"), ("+025", "has another form"), ("20251002", "has another form"),
  ]

  @Test(arguments: refusedDates) func refusesDate(_ input: String, _ reason: String) {
    #expect(reading(PartialDate.self, input).hasPrefix("not a date: \(IdentifierError.quoted(input)) \(reason)"))
  }

  @Test func datesSortByTime() throws {
    let texts = ["1999-12-31", "2000", "2000-01", "2000-01-01", "2000-02", "2001"]
    let dates = try texts.map { try PartialDate(parsing: $0) }
    #expect(dates.reversed().sorted() == dates)
  }

  @Test func motivationsAreTheW3CList() throws {
    #expect(Motivation.allCases.count == 13)
    for motivation in Motivation.allCases {
      #expect(try Motivation(parsing: " \(motivation)\n") == motivation)
    }
    let near = #expect(throws: IdentifierError.self) { try Motivation(parsing: "comenting") }
    #expect(
      near?.description == "not a motivation: \"comenting\" is not in the W3C list (did you mean commenting?)")
    let far = #expect(throws: IdentifierError.self) { try Motivation(parsing: "nonsense") }
    #expect(
      far?.description.hasSuffix("(expected one of \(Motivation.allCases.map(\.rawValue).joined(separator: ", ")))")
        == true)
  }
}

@Suite struct TextRulesTests {
  static let labels: [(String, String?)] = [
    ("LCN2", nil), ("Zoë Müller", nil), ("نم\u{200C}ی", nil), (repeated("a", 1024), nil),
    ("", "name is empty (give some text)"), (" \u{3000}", "name is empty (give some text)"),
    (repeated("a", 1025), "name is 1025 bytes of UTF-8, and at most 1024 are allowed (shorten it, or split it)"),
    (" a", "name \" a\" begins or ends with whitespace (remove it)"),
    ("a\u{A0}", "name \"a\\u{A0}\" begins or ends with whitespace (remove it)"),
    ("a\nb", "name \"a\\nb\" has a control character (U+000A) at character 2 (remove it)"),
    ("a\r\nb", "name \"a\\r\\nb\" has a control character (U+000D) at character 2 (remove it)"),
    ("a\u{7F}", "name \"a\\u{7F}\" has a control character (U+007F) at character 2 (remove it)"),
    ("a\u{9B}b", "name \"a\\u{9B}b\" has a control character (U+009B) at character 2 (remove it)"),
    ("a\u{2029}b", "name \"a\\u{2029}b\" has a control character (U+2029) at character 2 (remove it)"),
    ("a\u{202E}b", "name \"a\\u{202E}b\" has a bidirectional override (U+202E) at character 2 (remove it)"),
  ]

  @Test(arguments: labels) func checksLabels(_ text: String, _ message: String?) {
    do throws(IdentifierError) {
      try TextRules.checkLabel(text, field: "name")
      #expect(message == nil)
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func checksProse() throws {
    try TextRules.checkProse(" \n a\u{0}\u{202E}", field: "body")
    try TextRules.checkProse(repeated("a", 1 << 20), field: "body")
    #expect(throws: IdentifierError.emptyText(field: "body")) { try TextRules.checkProse(" \r\n\t", field: "body") }
    #expect(throws: IdentifierError.tooLong(field: "body", byteCount: (1 << 20) + 2, limit: 1 << 20)) {
      try TextRules.checkProse(repeated("é", (1 << 19) + 1), field: "body")
    }
  }

  @Test func quotesSafely() {
    #expect(IdentifierError.quoted("a\"\\\t\u{1B}") == #""a\"\\\t\u{1B}""#)
    #expect(IdentifierError.quoted(repeated("é", 80)) == "\"\(repeated("é", 80))\"")
    #expect(IdentifierError.quoted(repeated("é", 81)) == "\"\(repeated("é", 80))…\"")
  }
}

@Suite struct NearestTests {
  static let verbs = ["add", "assess", "blame", "delete", "edit", "list", "log", "note", "search", "show", "status"]
  static let cases: [(String, [String], String?)] = [
    ("serach", verbs, "search"), ("STAUTS", verbs, "status"), ("delte", verbs, "delete"), ("asses", verbs, "assess"),
    ("shwo", verbs, "show"), ("lst", verbs, "list"), ("xyz", verbs, nil), ("", verbs, nil), ("q", verbs, nil),
    ("statemnet", ["statement", "status"], "statement"), ("ab", ["ac", "aa"], "aa"), ("x", ["xy"], "xy"),
    ("Claim", ["claim"], "claim"), (repeated("a", 65), [repeated("a", 65)], nil), ("log", [], nil),
  ]

  @Test(arguments: cases) func finds(_ word: String, _ candidates: [String], _ expected: String?) {
    #expect(nearest(to: word, among: candidates) == expected)
    #expect(nearest(to: word, among: candidates.reversed()) == expected)
  }
}
