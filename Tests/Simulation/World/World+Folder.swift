import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

extension World {
  /// A sync with the shared folder, by an old listing, one way, or cut off at some file.
  func syncFolder() throws {
    let site = pickSite()
    let directions = SyncDirection.allCases + [.both, .both, .both]
    let direction = directions[random.below(directions.count)]
    if random.chance(percent: 25) {
      (folder.stalePercent, folder.staleSeed) = (UInt64(10 + random.below(90)), random.next())
      tally.count("fault: old listing of the folder")
    }
    if random.chance(percent: 25) { folder.cutAfter = random.below(20) }
    defer { folder.calm() }
    do { try syncFolder(site, direction, repair: random.chance(percent: 5)) } catch is RogueFolder.Cut {
      tally.count("fault: sync with the folder cut")
    }
    try checkKept(site)
  }

  /// The same, and the machine stops.
  func syncFolderAndStop() throws {
    let site = pickSite()
    let marks = try site.marks()
    try stopping(site, marks: marks) { try syncFolder(site, .both, repair: false) }
  }

  @discardableResult
  private func syncFolder(_ site: Site, _ direction: SyncDirection, repair: Bool) throws -> RemoteReceipt {
    let store = try site.store()
    let memory = try memory(of: store, "shared", .folder(path: folder.path))
    // Clocks jump by years, so that what was merged is removed at once now and then.
    let grace: Int64 = [0, 5_000, FolderRemote.graceMilliseconds][random.below(3)]
    let remote = FolderRemote(path: folder.path, files: folder, graceMilliseconds: grace)
    let request = SyncRequest(
      direction: direction, memory: memory, trustsMemory: !repair)
    if random.chance(percent: 10) { _ = try remote.rehearse(store, request) }
    let receipt = try remote.sync(store, request)
    note(receipt.report)
    tally.count("packs written to the folder", receipt.sent.packs)
    tally.count("packs read from the folder", receipt.received.packs)
    tally.count("findings in the folder", receipt.findings.count)
    try require(receipt.report.refused.isEmpty, "the folder's packs were refused: \(receipt.report.refused)")
    return receipt
  }

  /// What a store remembers of a remote, which is noted if it is not yet.
  func memory(of store: Store, _ name: String, _ address: RemoteAddress) throws -> RemoteMemory {
    let registry = RemoteRegistry(store)
    let remote = try Remote(name: name, address: address)
    if try !registry.all().contains(remote) { try registry.add(remote) }
    return registry.memory(of: remote)
  }

  /// Something happens to a file.
  func disturbFolder() throws {
    if !folder.unfinished.isEmpty, random.chance(percent: 40) {
      let (name, bytes) = folder.unfinished.removeFirst()
      tally.count("fault: file became whole")
      return try folder.put(bytes, name)
    }
    let packs = folder.packs
    guard !packs.isEmpty else { return }
    let name = packs[random.below(packs.count)]
    var bytes = try folder.bytes(name)
    let other = name + [".1", " (conflicted copy).vpk"][random.below(2)]
    switch random.below(5) {
    case 0:
      folder.unfinished.append((name, bytes))
      // Room may be made for it before it is written.
      let whole = bytes.count
      bytes = bytes.prefix(random.below(bytes.count))
      if random.chance(percent: 30) { bytes += Data(count: whole - bytes.count) }
      try folder.put(bytes, name)
      tally.count("fault: file half copied")
    case 1:
      try folder.drop(name)
      tally.count("fault: file dropped")
    case 2:
      try folder.put(bytes, other)
      tally.count("fault: file doubled")
    case 3 where !bytes.isEmpty:
      bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
      try folder.put(bytes, name)
      tally.count("fault: file damaged")
    default:
      try folder.drop(name)
      try folder.put(bytes, other)
      tally.count("fault: file renamed")
    }
  }

  /// Everybody repairs the folder until nobody has anything to write or to take; then all are the same, by the folder
  /// alone.
  func healByFolder() throws {
    folder.calm()
    for round in 0..<6 {
      var isQuiet = true
      for site in sites {
        let receipt = try syncFolder(site, .both, repair: round == 0)
        if receipt.sent.packs + receipt.received.packs > 0 { isQuiet = false }
        try checkKept(site)
      }
      if isQuiet { break }
      try require(round < 5, "repairing the folder comes to no end")
    }
    let digests = Set(try sites.map { try $0.store().read { try $0.status().digest } })
    try require(digests.count == 1, "after repairing the folder there are \(digests.count) digests")
  }
}
