import AnnotationStore

/// What an import did, or, where it was a dry run, would do.
public struct ImportReport: Sendable, Equatable {
  /// A record, named by what is needed to show it.
  public struct Named: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// Its id.
    public let id: RecordID
  }

  /// A source that was made from its identifier alone, because a claim names it and the store did not have it.
  public struct ImpliedSource: Sendable, Hashable {
    /// The source.
    public let id: RecordID
    /// The field that holds the identifier: doi, pmid, pmcid or url.
    public let field: String
    /// The identifier, normalised.
    public let identifier: String
  }

  /// A field that says something else here than in the file; what stands here stays.
  public struct Difference: Sendable, Equatable {
    /// The record.
    public let record: Named
    /// The field's wire name.
    public let field: String
    /// What it says here, nil where it was cleared or the element was removed.
    public let here: FieldContent?
    /// What the file says; of a set the one element.
    public let given: FieldContent
  }

  /// Something in a file that could not be taken.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// Where in it.
    public let place: Place
    /// What is wrong and what to do about it.
    public let message: String

    /// All of it in one line.
    public var description: String { "\(file): \(place): \(message)" }
  }

  /// How many records there are of each kind.
  public struct Counts: Sendable, Equatable {
    private var counts: [Kind: Int] = [:]

    init() {}

    /// The number of one kind.
    public subscript(kind: Kind) -> Int { counts[kind] ?? 0 }
    /// The number of all.
    public var total: Int { counts.values.reduce(0, +) }
    /// The kinds that there are any of, in the model's order.
    public var ordered: [(kind: Kind, count: Int)] {
      Kind.allCases.compactMap { kind in counts[kind].map { (kind, $0) } }
    }

    mutating func add(_ kind: Kind) { counts[kind, default: 0] += 1 }
  }

  /// Whether it was a dry run, which wrote nothing.
  public let isDryRun: Bool
  /// The records that were made, sources made from an identifier alone included.
  public internal(set) var created = Counts()
  /// The records that were there already, whatever their fields say.
  public internal(set) var there = Counts()
  /// The records that are deleted here; they were left so.
  public internal(set) var deleted = Sample<Named>(limit: 5)
  /// The fields and set elements that records here lacked and the file filled in.
  public internal(set) var filledCount = 0
  /// The writes that the files tell of records which were here already, and that were not here.
  public internal(set) var mergedCount = 0
  /// How many conflicts were not open before, in what is new or was merged.
  public internal(set) var conflictsOpened = 0
  /// How many were open, and are not any more.
  public internal(set) var conflictsClosed = 0
  /// The records here that say something else than the file in some field; nothing is overwritten.
  public internal(set) var differingCount = 0
  /// Where they differ.
  public internal(set) var differences = Sample<Difference>(limit: 5)
  /// The fields that were not filled in, because they are in conflict.
  public internal(set) var conflicts = Sample<Difference>(limit: 5)
  /// The sources that were made from an identifier alone.
  public internal(set) var impliedSources = Sample<ImpliedSource>(limit: 20)
  /// The sources that the files hold or that their claims come from, each once, in the order of the files.
  public internal(set) var sources = Sample<RecordID>(limit: 5)
  /// What of the files was not taken by design, and why: one line each, for people.
  public internal(set) var leftOut = Sample<String>(limit: 500)
  /// What the exported sheets among the files came to; `nil` where there was none.
  public internal(set) var sheet: SheetReport?
  /// What is wrong in the files; there are none but where they were to be skipped.
  public internal(set) var problems = Sample<Problem>(limit: 100)
  /// How many rows or entries were skipped for their problems.
  public internal(set) var skippedCount = 0
  /// The changes that hold what was written; none where there was nothing new.
  public internal(set) var changes: [ChangeID] = []
  /// What the user should be told, in one line: that the replica got a new key.
  public internal(set) var notice: String?

  init(isDryRun: Bool) { self.isDryRun = isDryRun }

  /// Whether the store says the same after it as before.
  public var isWithoutEffect: Bool {
    created.total == 0 && filledCount == 0 && mergedCount == 0 && (sheet?.writtenCount ?? 0) == 0
      && (sheet?.counts[.retracted] ?? 0) == 0
  }
}
