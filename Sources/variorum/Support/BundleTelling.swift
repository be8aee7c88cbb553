import AnnotationStore
import SyncTransports

/// Tells what is in a bundle.
struct BundleTelling {
  let console: Console
  let path: String
  let summary: BundleSummary
  private static let limit = 20

  /// The summary for people.
  ///
  /// - Parameter reader: of a replica of the bundle's store, where there is one at hand: it knows who writes the logs.
  func put(_ reader: ReadTransaction?) throws {
    let card = Card(console)
    card.field("Bundle", "\(path), \(DoctorCommand.bytes(Int64(summary.byteCount)))")
    card.field("Store", summary.head.state.store.description)
    card.field(
      "Holds",
      ReceiptTelling.counted(summary.changes, "change") + " in "
        + ReceiptTelling.counted(summary.packs, "pack"))
    card.field("Written", summary.times.map { Self.span($0) })
    card.field("Digest", "\(summary.head.state.digest.hex.prefix(32)) of what its maker had")
    if !summary.logs.isEmpty {
      card.section("Logs")
      var table = TextTable(columns: [
        .init("REPLICA"), .init("CHANGES", alignment: .right), .init("PLACES", alignment: .right),
        .init("MAKER HAS", alignment: .right), .init("CURATORS", isFlexible: true),
      ])
      for log in summary.logs {
        let last = summary.head.state.logs.first { $0.replica == log.replica }?.tips.map(\.sequence).max()
        table.add([
          String(log.replica.hex.prefix(12)), "\(log.count)", "\(log.first)–\(log.last)",
          last.map { "1–\($0)" } ?? "", try reader.map { try curators(of: log.replica, $0) } ?? "",
        ])
      }
      console.table(table)
    }
    for problem in summary.problems.prefix(Self.limit) { card.warning(problem, indent: 0) }
    if summary.problems.count > Self.limit { card.warning("\(summary.problems.count - Self.limit) more", indent: 0) }
  }

  private func curators(of replica: ReplicaID, _ reader: ReadTransaction) throws -> String {
    try reader.curators(of: replica).map { try reader.curatorName($0) }.joined(separator: ", ")
  }

  private static func span(_ times: ClosedRange<Int64>) -> String {
    let (first, last) = (shortTime(times.lowerBound), shortTime(times.upperBound))
    return first == last ? first : "\(first) to \(last)"
  }

  /// The summary for scripts.
  func value(_ reader: ReadTransaction?) throws -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("path", .text(path)), .init("bytes", .int(Int64(summary.byteCount))),
      .init("sound", .bool(summary.problems.isEmpty)), .init("store", .bytes(summary.head.state.store.bytes)),
      .init("digest", .bytes(summary.head.state.digest.bytes)), .init("packs", .int(Int64(summary.packs))),
      .init("changes", .int(Int64(summary.changes))),
      .init("first_ms", (summary.times?.lowerBound).map(CBORValue.int) ?? .null),
      .init("last_ms", (summary.times?.upperBound).map(CBORValue.int) ?? .null),
      .init(
        "logs",
        .array(
          try summary.logs.map { log in
            .map([
              .init("replica", .bytes(log.replica.bytes)), .init("changes", .int(Int64(log.count))),
              .init("first", .int(Int64(clamping: log.first))), .init("last", .int(Int64(clamping: log.last))),
              .init("curators", .array(try reader?.curators(of: log.replica).map { .bytes($0.bytes) } ?? [])),
            ])
          })),
      .init("problems", .array(summary.problems.map(CBORValue.text))),
    ])
  }
}
