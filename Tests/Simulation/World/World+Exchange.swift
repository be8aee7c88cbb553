import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

extension World {
  /// One merge through a whole session.
  func merge() throws {
    let (here, there) = pickTwo()
    let both = random.chance(percent: 50)
    if random.chance(percent: 15) { _ = try DirectMerge.rehearse(there.store(), into: here.store()) }
    try merge(there, into: here, both: both)
  }

  func merge(_ there: Site, into here: Site, both: Bool) throws {
    let receipt = try DirectMerge.merge(there.store(), into: here.store(), both: both)
    note(receipt.here.received)
    if let received = receipt.there { note(received) }
    for site in [here, there] { try checkKept(site) }
    try require(receipt.here.received.refused.isEmpty, "a merge refused \(receipt.here.received.refused)")
    let lacks = both && !receipt.here.lackingThere.isEmpty || !receipt.here.lackingHere.isEmpty
    try require(!lacks, "after a whole session one side lacks what the other had")
  }

  func note(_ report: ReceiveReport) {
    tally.count("changes received", report.applied)
    tally.count("changes duplicate", report.duplicate)
    tally.count("changes that waited", report.waiting)
    tally.count("changes released", report.released)
    tally.count("conflicts opened by receiving", report.conflictsOpened)
    tally.count("conflicts closed by receiving", report.conflictsClosed)
  }

  /// A session that is cut off at some message; packs are lost or come twice before that.
  func mergeCut() throws {
    let (here, there) = pickTwo()
    let (ourStore, theirStore) = (try here.store(), try there.store())
    var ours = SyncSession(StoreReplica(ourStore, take: { try ourStore.receive($0).report }))
    var theirs = SyncSession(StoreReplica(theirStore, take: { try theirStore.receive($0).report }))
    var left = 1 + random.below(10)
    func carry(_ message: SyncMessage?, _ receive: (SyncMessage) throws -> Void) throws {
      guard let message, left > 0 else { return }
      left -= 1
      var times = 1
      if case .pack = message { times = [0, 1, 1, 2][random.below(4)] }
      if times != 1 { tally.count(times == 0 ? "fault: pack lost" : "fault: pack came twice") }
      let decoded = try SyncMessage(decoding: try message.encoded())
      for _ in 0..<times { try receive(decoded) }
    }
    while left > 0, !(ours.isFinished && theirs.isFinished) {
      let forth = try ours.nextMessage()
      try carry(forth) { try theirs.receive($0) }
      let back = try theirs.nextMessage()
      try carry(back) { try ours.receive($0) }
      if forth == nil && back == nil { break }
    }
    tally.count("fault: session cut")
    note(ours.receipt.received)
    note(theirs.receipt.received)
    for site in [here, there] { try checkKept(site) }
  }

  /// Writes a bundle: of everything, of what the maker of an earlier one lacked, or of what a replica has not seen.
  func makeBundle() throws {
    let site = pickSite()
    let store = try site.store()
    let path = newPath("bundle")
    var selection = BundleFile.Selection.everything
    if !bundles.isEmpty, random.chance(percent: 60) {
      let known = bundles[random.below(bundles.count)]
      selection = .lacking(try BundleReader(known.path).head)
      tally.count("bundles thinned")
    } else if random.chance(percent: 30) {
      let replicas = try store.read { try $0.logPositions().map(\.replica) }
      if !replicas.isEmpty { selection = .since(replicas[random.below(replicas.count)]) }
    }
    _ = try BundleFile.create(path, of: store, selection)
    bundles.append(Bundle(path: path, number: bundles.count))
    tally.count("bundles")
  }

  /// Takes a bundle in whatever order they come: whole, truncated, or with a byte changed.
  func applyBundle() throws {
    guard !bundles.isEmpty else { return }
    let bundle = bundles[random.below(bundles.count)]
    let site = pickSite()
    let kind = random.below(5)
    guard kind > 2 else { return try apply(bundle, to: site) }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: bundle.path))
    if kind == 3 {
      bytes = bytes.prefix(random.below(bytes.count))
      tally.count("fault: bundle truncated")
    } else {
      for _ in 0...random.below(3) { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
      tally.count("fault: bundle damaged")
    }
    let path = newPath("damaged")
    try bytes.write(to: URL(fileURLWithPath: path))
    do {
      _ = try? BundleFile.inspect(path)
      let report = try BundleFile.apply(path, to: try site.store()).report
      note(report)
    } catch is BundleError { tally.count("bundles refused") } catch is SyncError { tally.count("bundles refused") }
    try checkKept(site)
  }

  func apply(_ bundle: Bundle, to site: Site) throws {
    let receipt = try BundleFile.apply(bundle.path, to: try site.store())
    let earlier = taken[site.index, default: []]
    if earlier.contains(bundle.number) { tally.count("fault: bundle came again") }
    if (0..<bundle.number).contains(where: { !earlier.contains($0) }) {
      tally.count("fault: bundle before an earlier one")
    }
    taken[site.index, default: []].insert(bundle.number)
    try require(
      receipt.problem == nil && receipt.report.refused.isEmpty, "a whole bundle was refused: \(receipt.report.refused)")
    note(receipt.report)
    try checkKept(site)
  }
}
