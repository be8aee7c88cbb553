import AnnotationStore
import ArgumentParser
import Foundation

extension RecordFilter.Order: ExpressibleByArgument {}

/// The conditions that `list`, `search` and `export` share.
///
/// What may be given once is an array too, or the last one given would silently stand for all.
struct FilterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "From this source, or on its claims: DOI, PMID, PMCID, id or words of the title.", valueName: "source"))
  var source: [String] = []
  @Option(
    help: ArgumentHelp("Claims of this status; of any of them where it is repeated.", valueName: "status"),
    completion: .list(Vocabulary.status))
  var status: [String] = []
  @Option(help: ArgumentHelp("With this tag; with all of them where it is repeated.", valueName: "tag"))
  var tag: [String] = []
  @Option(
    help: ArgumentHelp(
      "About this CURIE, or the term of this label; about all of them where it is repeated.", valueName: "curie"))
  var entity: [String] = []
  @Option(help: ArgumentHelp("Created by this curator: name, ORCID or id.", valueName: "curator"))
  var curator: [String] = []
  @Option(
    help: ArgumentHelp("Assessments of this stance, and claims that have one.", valueName: "stance"),
    completion: .list(Vocabulary.stance))
  var stance: [String] = []
  @Option(help: ArgumentHelp("On this record: annotations, assessments, evidence and links.", valueName: "record"))
  var on: [String] = []
  @Option(help: ArgumentHelp("Created on this day or later: YYYY[-MM[-DD[THH:MM]]], or today.", valueName: "date"))
  var since: [String] = []
  @Option(help: ArgumentHelp("Created on this day or before, likewise.", valueName: "date"))
  var until: [String] = []
  @Flag(help: "The deleted ones instead.")
  var deleted = false
  @Flag(help: "Only what stands on something deleted.")
  var orphaned = false
  @Flag(help: "Only what is in conflict.")
  var conflicts = false
  @Option(
    name: .customLong("sort"),
    help: ArgumentHelp("The order: created, modified, text, id or relevance.", valueName: "order"))
  var sorts: [RecordFilter.Order] = []
  @Flag(help: "Turn the order round.")
  var reverse = false
  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp("The most to show, 0 for all; on a terminal 50 where nothing is said.", valueName: "number"))
  var limits: [Int] = []

  /// The order, where one is given.
  var sort: RecordFilter.Order? { sorts.first }
  /// The limit, where one is given.
  var limit: Int? { limits.first }

  /// How many are shown on a terminal where nothing is said.
  static let terminalLimit = 50

  func validate() throws {
    let given = [
      ("--source", source.count), ("--curator", curator.count), ("--stance", stance.count), ("--on", on.count),
      ("--since", since.count), ("--until", until.count), ("--sort", sorts.count), ("--limit", limits.count),
    ]
    if let (name, _) = given.first(where: { $0.1 > 1 }) {
      throw ValidationError("\(name) is given more than once (give one; --status, --tag and --entity may be repeated)")
    }
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit): give 0 for all, or a number from 1.") }
  }

  /// The filter that the options mean.
  func filter(kinds: [Kind], words: String?, order: RecordFilter.Order, _ reader: ReadTransaction) throws
    -> RecordFilter
  {
    var filter = RecordFilter()
    filter.kinds = kinds
    filter.words = words
    filter.source = try source.first.map { try reader.source(named: $0).id }
    filter.statuses = try status.map { try Self.word($0, "status", Vocabulary.status) }
    filter.stance = try stance.first.map { try Self.word($0, "stance", Vocabulary.stance) }
    filter.tags = tag
    filter.entities = try entity.map { try reader.curie(named: $0) }
    filter.curator = try curator.first.map { try reader.curator(named: $0).id }
    filter.target = try on.first.map { try reader.record(named: $0).id }
    if !on.isEmpty, let kind = kinds.first, kinds.allSatisfy(\.targetFields.isEmpty) {
      throw CLIError.usage("\(kind.plural) stand on no other record (leave --on out, or list another kind)")
    }
    filter.sinceMilliseconds = try since.first.map { try DateOption("--since", $0).startMilliseconds }
    filter.untilMilliseconds = try until.first.map { try DateOption("--until", $0).endMilliseconds }
    filter.isDeleted = deleted
    filter.isOrphaned = orphaned
    filter.isInConflict = conflicts
    filter.order = sort ?? order
    filter.isReversed = reverse
    return filter
  }

  /// The limit that holds, `nil` for none.
  func limit(_ console: Console) -> Int? {
    switch limit {
    case 0: nil
    case let given?: given
    case nil: console.isTerminal && !console.isJSON ? Self.terminalLimit : nil
    }
  }

  /// Says that there are more than were shown.
  func tellMore(shown: Int, limit: Int?, _ filter: RecordFilter, _ reader: ReadTransaction, _ console: Console) throws {
    guard let limit, shown >= limit, !console.isJSON else { return }
    let total = try reader.count(filter)
    if total > shown { console.message("\(shown) of \(total) shown (--limit 0 shows all)") }
  }

  private static func word(_ text: String, _ field: String, _ words: [String]) throws -> String {
    guard words.contains(text) else { throw ModelError.notInList(field: field, value: text, words: words) }
    return text
  }
}
