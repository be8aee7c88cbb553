import AnnotationStore

/// What stands at the head and foot of a report.
struct ReportSummary {
  var title: String
  /// What was chosen, as phrases.
  var conditions: [String] = []
  var claimCount = 0
  var sourceCount = 0
  /// How many claims there are of each status, in the order of the vocabulary; those of which there are none left out.
  var statuses: [(status: String, count: Int)] = []
  /// The assessments of all claims.
  var tally: [(stance: String, count: Int)] = []
  var openConflicts = 0
  /// When the latest of the claims was written to; the clock has no part in a report.
  var lastWrittenMilliseconds: Int64 = 0
  var store: String
  var digest: String
}

/// Something named by a CURIE.
struct ReportTerm {
  var curie: String
  /// Its label; `nil` where the store has none.
  var label: String?
}

/// Who wrote something, and when.
struct ReportByline {
  var name: String
  var milliseconds: Int64
}

/// Words quoted from a paper.
struct ReportQuote {
  var exact: String?
  var prefix: String?
  var suffix: String?

  init?(_ selector: Selector?) {
    guard let selector, selector.exact != nil || selector.prefix != nil || selector.suffix != nil else { return nil }
    exact = selector.exact
    prefix = selector.prefix
    suffix = selector.suffix
  }
}

/// A paper with the claims that follow.
struct ReportSection {
  /// Its number among the references.
  var reference: Int
  var citation: Citation
  var title: String?
  var isRetracted: Bool
  var notes: [ReportNote]
  var conflicts: [ReportConflict]
}

/// A claim with all that stands on it.
struct ReportClaim {
  struct Assessment {
    var byline: ReportByline
    var stance: String
    var body: String?
    var evidence: [Evidence]
    var notes: [ReportNote]
  }

  struct Evidence {
    var byline: ReportByline
    var type: ReportTerm?
    var direction: String
    var strength: String?
    var reference: Int?
    var quote: ReportQuote?
  }

  struct Link {
    /// As in `contradicts`, or `is contradicted by` seen from the other end.
    var words: String
    /// The number of the other claim, where it is in the report.
    var number: Int?
    /// What the other record says.
    var text: String
    var byline: ReportByline
  }

  var number: Int
  var shortID: String
  var statement: String
  var status: String
  var byline: ReportByline
  var via: String?
  var subject: ReportTerm?
  var predicate: ReportTerm?
  var object: ReportTerm?
  var isNegated: Bool
  var qualifiers: [(role: String, term: ReportTerm)]
  var entities: [ReportTerm]
  var tags: [String]
  var reference: Int?
  var quote: ReportQuote?
  var tally: [(stance: String, count: Int)]
  var assessments: [Assessment]
  var evidence: [Evidence]
  var notes: [ReportNote]
  var links: [Link]
  var conflicts: [ReportConflict]
}

/// An annotation in its thread.
struct ReportNote {
  var depth: Int
  var byline: ReportByline
  var motivation: String
  var body: String
  var tags: [String]
  var quote: ReportQuote?
  /// Whether it was deleted, and is here because somebody answered it.
  var isDeleted: Bool
}

/// A conflict with what stands against each other.
struct ReportConflict {
  struct Side {
    var text: String
    var byline: ReportByline
    /// Whether it is what the claim shows meanwhile.
    var isShown: Bool
  }

  /// What it is about, as in `status of the claim`.
  var what: String
  /// What stood there before; `nil` where nothing did.
  var base: String?
  /// In the order of time.
  var sides: [Side]
  /// Of prose the merged text, which is shown, in pieces: those that several changed are marked.
  var merged: [(text: String, isContended: Bool)]?
}

/// Renders the parts of a report.
protocol ReportRenderer {
  func head(_ summary: ReportSummary) -> String
  /// `nil` begins the claims without a source.
  func section(_ section: ReportSection?) -> String
  func claim(_ claim: ReportClaim) -> String
  func references(_ sources: [Source]) -> String
  func foot(_ summary: ReportSummary) -> String
}

/// Words that both renderers use.
enum ReportWords {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// A day in UTC, as in `25 November 2026`.
  static func day(_ milliseconds: Int64) -> String {
    let parts = Timestamp.text(milliseconds).prefix { $0 != "T" }.split(separator: "-")
    guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), months.indices.contains(month - 1)
    else {
      return Timestamp.text(milliseconds)
    }
    return "\(day) \(months[month - 1]) \(parts[0])"
  }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

  /// `2 support, 1 disputes`, without those of which there are none.
  static func tally(_ tally: [(stance: String, count: Int)]) -> String {
    let words = ["supports": "support", "disputes": "dispute", "uncertain": "uncertain"]
    return tally.filter { $0.count > 0 }
      .map { "\($0.count) \($0.count == 1 ? $0.stance : words[$0.stance] ?? $0.stance)" }.joined(separator: ", ")
  }

  /// A link read from its other end.
  static func inverse(_ type: String) -> String {
    switch type {
    case "supports": "is supported by"
    case "contradicts": "is contradicted by"
    case "refines": "is refined by"
    case "duplicates": "is duplicated by"
    case "supersedes": "is superseded by"
    case "same-as": "is the same as"
    default: "is at the other end of \"\(type)\" from"
    }
  }

  static func link(_ type: String) -> String { type == "same-as" ? "is the same as" : type }

  /// How a note reads after its author's name.
  static func motivation(_ motivation: String) -> String {
    switch motivation {
    case "commenting": "comments"
    case "questioning": "asks"
    case "replying": "replies"
    case "describing": "describes"
    case "highlighting": "highlights"
    case "assessing": "assesses"
    case "classifying": "classifies"
    case "editing": "suggests an edit"
    case "tagging": "tags"
    case "bookmarking": "bookmarks"
    case "identifying": "identifies"
    case "linking": "links"
    case "moderating": "moderates"
    default: motivation
    }
  }
}
