import AnnotationStore
import ArgumentParser
import Foundation

extension ConflictType: ExpressibleByArgument {}

/// The conditions by which `conflicts` and `resolve` choose conflicts.
struct ConflictOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Of this record and what stands on it.", valueName: "record"))
  var on: String?
  @Option(help: ArgumentHelp("In this field; life for whether a record is deleted.", valueName: "field"))
  var field: String?
  @Option(help: ArgumentHelp("With a value by this curator: name, ORCID or id.", valueName: "curator"))
  var curator: String?
  @Option(
    help: ArgumentHelp("Open for so many days or longer, since the latest write that stands there.", valueName: "days"))
  var olderThan: Int?
  @Option(help: ArgumentHelp("Open for so many days at most, likewise.", valueName: "days"))
  var newerThan: Int?
  @Option(help: ArgumentHelp("Of this type: register, prose, life, target or fork.", valueName: "type"))
  var type: [ConflictType] = []
  @Option(help: ArgumentHelp("The most conflicts, 0 for all.", valueName: "number"))
  var limit: Int?

  /// More days than anybody has curated for.
  private static let mostDays = 100_000

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit): give 0 for all, or a number from 1.") }
    for (name, days) in [("--older-than", olderThan), ("--newer-than", newerThan)] {
      guard let days, !(0...Self.mostDays).contains(days) else { continue }
      throw ValidationError("\(name) is \(days): give a number of days from 0 to \(Self.mostDays).")
    }
  }

  /// Whether any condition is given.
  var isEmpty: Bool {
    on == nil && field == nil && curator == nil && olderThan == nil && newerThan == nil && type.isEmpty && limit == nil
  }

  /// The filter that the options mean, its limit aside.
  func filter(_ reader: ReadTransaction, now: Date = Date()) throws -> ConflictFilter {
    var filter = ConflictFilter()
    filter.on = try on.map { try reader.record(named: $0).id }
    filter.field = try field.map { try Self.field(named: $0) }
    filter.curator = try curator.map { try reader.curator(named: $0).id }
    let (now, day) = (Int64(now.timeIntervalSince1970 * 1000), Int64(86_400_000))
    filter.untilMilliseconds = olderThan.map { now - Int64($0) * day }
    filter.sinceMilliseconds = newerThan.map { now - Int64($0) * day }
    if !type.isEmpty { filter.types = Set(type) }
    return filter
  }

  private static func field(named text: String) throws -> String {
    if text == "life" { return "" }
    let known = Kind.allCases.flatMap { $0.fields.filter { !$0.isSet }.map(\.name) }
    if known.contains(text) { return text }
    // Of a forked log the field is the replica's key.
    if text.utf8.count == 64, bytesOfHexadecimal(Array(text.utf8)) != nil { return text }
    let meant = nearest(to: text, among: known + ["life"]).map { "did you mean \($0)? " } ?? ""
    throw CLIError.invalid(
      "no field that can be in conflict is \(IdentifierError.quoted(text)) (\(meant)variorum conflicts lists them)")
  }
}
