import AnnotationStore
import SyncProtocol
import SyncTransports

/// What was exchanged, as the verbs that exchange changes tell it.
struct ExchangeReceipt {
  /// What was sent, and what became of it there; `nil` where nothing was to be sent.
  var sent: (packs: Int, changes: Int, bytes: Int, report: ReceiveReport)?
  /// How many packs came, and their size in bytes.
  var received: (packs: Int, bytes: Int)
  /// What became of the changes that came.
  var report: ReceiveReport
  /// The digests of what is applied here and there.
  var digests: (here: StateDigest?, there: StateDigest?)
  /// The logs of which the other side has what is not here.
  var lackingHere: [LogPosition]
  /// How many changes the other side lacks.
  var lackingThere: Int
  /// Whether changes went both ways, so that both sides should have the same in the end.
  var isMutual = false

  /// The receipt of a merge.
  init(_ receipt: MergeReceipt) {
    let here = receipt.here
    sent = receipt.there.map { (here.packsSent, here.changesSent, here.bytesSent, $0) }
    received = (here.packsReceived, here.bytesReceived)
    report = here.received
    digests = (here.digestHere, here.digestThere)
    lackingHere = here.lackingHere
    lackingThere = receipt.lackingThere
  }

  /// The receipt of a bundle.
  init(_ receipt: BundleReceipt) {
    received = (receipt.packs, receipt.bytes)
    report = receipt.report
    digests = (receipt.digestHere, receipt.head.state.digest)
    lackingHere = receipt.lackingHere
    lackingThere = receipt.lackingThere
  }

  /// The receipt of a sync with a remote.
  ///
  /// - Parameter direction: which way changes could go.
  init(_ receipt: RemoteReceipt, direction: SyncDirection) {
    if direction.pushes {
      let sent = receipt.sent
      self.sent = (sent.packs, sent.changes, sent.bytes, receipt.there ?? ReceiveReport())
    }
    received = (receipt.received.packs, receipt.received.bytes)
    report = receipt.report
    digests = (receipt.digestHere, receipt.digestThere)
    lackingHere = receipt.lackingHere
    lackingThere = receipt.lackingThere
    isMutual = direction == .both
  }

  /// Whether both sides have applied the same changes.
  var areEqual: Bool { digests.here != nil && digests.here == digests.there }
  /// Whether nothing is known to be left over on either side.
  var isComplete: Bool {
    lackingHere.isEmpty && lackingThere == 0 && refusals + report.waiting + (sent?.report.waiting ?? 0) == 0
  }
  /// How many refusals there were on both sides.
  var refusals: Int { report.refusals + (sent?.report.refusals ?? 0) }
}

extension ReceiveReport {
  /// How many refusals there were, those that are not listed included.
  var refusals: Int { refused.count + unlistedRefusals }
  /// Whether all that was refused is of a newer version, and so nothing is known to be wrong with it.
  var isAllNewer: Bool { unlistedRefusals == 0 && refused.allSatisfy(\.isNewer) }
}

/// Tells what was exchanged.
struct ReceiptTelling {
  let console: Console
  /// What the other side is called.
  let other: String
  private static let limit = 5

  /// The receipt for people.
  func put(_ receipt: ExchangeReceipt) {
    let card = Card(console)
    if let sent = receipt.sent {
      card.field("Sent", "\(Self.size(sent.packs, sent.changes, sent.bytes))\(Self.became(sent.report))")
    }
    let report = receipt.report
    let came = report.applied + report.duplicate + report.waiting + report.refused.reduce(0) { $0 + $1.count }
    card.field("Received", Self.size(receipt.received.packs, came, receipt.received.bytes) + Self.became(report))
    if report.waiting > 0 {
      card.field("Waiting", "\(counted(report.waiting, "change")), for others that are not here yet")
    }
    if let waiting = receipt.sent?.report.waiting, waiting > 0 {
      card.field("Waiting", "\(counted(waiting, "change")) in \(other), for others that are not there yet")
    }
    put(report, "Refused", card)
    if let there = receipt.sent?.report { put(there, "There", card) }
    card.field("Conflicts", conflicts(report))
    if let there = receipt.sent?.report, there.conflictsOpened + there.conflictsClosed > 0 {
      card.field("", "there: \(conflicts(there))")
    }
    put(receipt, digestsOn: card)
  }

  private func put(_ report: ReceiveReport, _ label: String, _ card: Card) {
    let lines = Self.refusals(report).map { console.style($0, .red) }
    if !lines.isEmpty { card.field(label, lines: lines) }
  }

  /// What was refused and why, a line each.
  static func refusals(_ report: ReceiveReport) -> [String] {
    var lines = report.refused.prefix(limit).map { refusal -> String in
      guard let replica = refusal.replica else { return "a pack: \(refusal.reason)" }
      return "\(counted(refusal.count, "change")) of replica \(replica.hex.prefix(12)) from place \(refusal.sequence) "
        + "on: \(refusal.reason)"
    }
    if report.refusals > lines.count { lines.append("… \(report.refusals - lines.count) more (--json lists them)") }
    return lines
  }

  private func put(_ receipt: ExchangeReceipt, digestsOn card: Card) {
    guard let here = receipt.digests.here else { return }
    if receipt.areEqual {
      card.field("Digest", "\(here.hex.prefix(32)) here and in \(other): \(console.style("equal", .green))")
    } else {
      let there = receipt.digests.there.map { "\($0.hex.prefix(32)) in \(other)" }
      let odd = "not equal, though all was exchanged: sync again, and with --repair where it stays so"
      let isOdd = receipt.isMutual && receipt.isComplete && there != nil
      card.field("Digest", lines: ["\(here.hex.prefix(32)) here"] + [there, isOdd ? odd : nil].compactMap { $0 })
    }
    if !receipt.lackingHere.isEmpty {
      card.field("Lacking", "\(counted(receipt.lackingHere.count, "log")) of \(other) could not be taken to the end")
    }
    if receipt.lackingThere > 0 {
      card.field("Lacking", "\(other) lacks \(counted(receipt.lackingThere, "change")) of this store")
    }
  }

  private func conflicts(_ report: ReceiveReport) -> String {
    let (opened, closed) = (report.conflictsOpened, report.conflictsClosed)
    if opened + closed == 0 { return "none opened, none closed" }
    return "\(opened == 0 ? "none opened" : console.style("\(opened) opened", .yellow)), \(closed) closed"
  }

  private static func size(_ packs: Int, _ changes: Int, _ bytes: Int) -> String {
    if packs == 0 { return "nothing" }
    return "\(counted(changes, "change")) in \(counted(packs, "pack")), \(DoctorCommand.bytes(Int64(bytes)))"
  }

  private static func became(_ report: ReceiveReport) -> String {
    var parts: [String] = []
    if report.applied + report.released > 0 { parts.append("\(report.applied + report.released) new") }
    if report.released > 0 { parts.append("\(report.released) of them had waited") }
    if report.duplicate > 0 { parts.append("\(report.duplicate) known already") }
    return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
  }

  private func counted(_ count: Int, _ word: String) -> String { Self.counted(count, word) }
  /// A number with its noun.
  static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  /// That so many changes wait for others.
  static func waiting(_ count: Int) -> String { "\(counted(count, "change")) \(count == 1 ? "waits" : "wait")" }

  // MARK: - For scripts

  /// The receipt as the entries of an object.
  static func entries(_ receipt: ExchangeReceipt) -> [CBORValue.Entry] {
    var entries: [CBORValue.Entry] = [
      .init(
        "sent",
        .map([
          .init("packs", value(receipt.sent?.packs ?? 0)), .init("changes", value(receipt.sent?.changes ?? 0)),
          .init("bytes", value(receipt.sent?.bytes ?? 0)),
        ])),
      .init(
        "received",
        .map(
          [.init("packs", value(receipt.received.packs)), .init("bytes", value(receipt.received.bytes))]
            + became(receipt.report))),
      .init("conflicts", conflicts(receipt.report)),
    ]
    if let there = receipt.sent?.report {
      entries.append(.init("there", .map(became(there) + [.init("conflicts", conflicts(there))])))
    }
    return entries + [
      .init(
        "digests",
        .map([
          .init("here", value(receipt.digests.here)), .init("there", value(receipt.digests.there)),
          .init("equal", .bool(receipt.areEqual)),
        ])),
      .init(
        "lacking",
        .map([
          .init("here", .map([.init("logs", .array(receipt.lackingHere.map { .bytes($0.replica.bytes) }))])),
          .init("there", .map([.init("changes", value(receipt.lackingThere))])),
        ])),
    ]
  }

  /// What became of changes, as the entries of an object.
  static func became(_ report: ReceiveReport) -> [CBORValue.Entry] {
    [
      .init("applied", value(report.applied)), .init("released", value(report.released)),
      .init("duplicate", value(report.duplicate)), .init("waiting", value(report.waiting)),
      .init("refused", .array(report.refused.map(value))), .init("unlisted_refusals", value(report.unlistedRefusals)),
    ]
  }

  private static func value(_ refusal: Refusal) -> CBORValue {
    .map([
      .init("replica", refusal.replica.map { .bytes($0.bytes) } ?? .null),
      .init("sequence", .int(Int64(clamping: refusal.sequence))), .init("changes", value(refusal.count)),
      .init("reason", .text(refusal.reason)),
    ])
  }

  private static func conflicts(_ report: ReceiveReport) -> CBORValue {
    .map([.init("opened", value(report.conflictsOpened)), .init("closed", value(report.conflictsClosed))])
  }

  private static func value(_ digest: StateDigest?) -> CBORValue { digest.map { .bytes($0.bytes) } ?? .null }
  private static func value(_ count: Int) -> CBORValue { .int(Int64(count)) }
}

extension ReceiptTelling {
  /// - Throws: ``CLIError`` where changes were refused, so that a script does not go on as if all was well.
  static func check(_ receipt: ExchangeReceipt) throws {
    try check([receipt.report, receipt.sent?.report].compactMap { $0 }, others: "all others were taken")
  }

  /// - Throws: ``CLIError`` where changes would be refused, as where they are.
  static func check(_ preview: MergePreview) throws {
    try check([preview.report], others: "all others would be taken")
  }

  private static func check(_ reports: [ReceiveReport], others: String) throws {
    let refusals = reports.reduce(0) { $0 + $1.refusals }
    guard refusals > 0 else { return }
    let refused = "\(counted(refusals, "run")) of changes refused; \(others)"
    if reports.allSatisfy(\.isAllNewer) {
      throw CLIError.newer(
        "\(refused): a newer version wrote what was refused (install the newer variorum, and do it again)")
    }
    throw CLIError.failed("\(refused) (variorum verify in the store that they come from tells more)")
  }
}
