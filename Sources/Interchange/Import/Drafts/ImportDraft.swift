/// All that one file holds for a store, in the order of the file.
///
/// Nothing of a file goes missing in silence: what is not in a draft is in `leftOut` or in `problems`.
public struct ImportDraft: Sendable, Equatable {
  /// Something in the file that cannot be taken as it is.
  ///
  /// The rest of the file is still read; whoever imports refuses all of it, unless told to skip what is invalid.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// Where it stands.
    public var place: Place
    /// What is wrong and what to do about it, as a sentence without the place.
    public var message: String

    /// Makes a problem.
    public init(place: Place, message: String) {
      self.place = place
      self.message = message
    }

    /// The place and the message in one line.
    public var description: String { "\(place): \(message)" }
  }

  /// The papers.
  public var sources: [SourceDraft]
  /// The names for CURIEs.
  public var terms: [TermDraft]
  /// The claims.
  public var claims: [ClaimDraft]
  /// The annotations.
  public var annotations: [AnnotationDraft]
  /// Records with ids, authors and times of their own.
  public var records: [RecordDraft]
  /// What of the file was not taken, and why: one line each, for people.
  public var leftOut: [String]
  /// What is wrong in the file.
  public var problems: [Problem]

  /// Makes an empty draft.
  public init() {
    sources = []
    terms = []
    claims = []
    annotations = []
    records = []
    leftOut = []
    problems = []
  }

  /// Whether the file yields no record at all.
  public var isEmpty: Bool {
    sources.isEmpty && terms.isEmpty && claims.isEmpty && annotations.isEmpty && records.isEmpty
  }
}
