import AnnotationStore
import SyncProtocol

/// One sync of a store with a folder: lists it, takes what is new, writes what it lacks, and merges small packs.
///
/// It is done anew from the listing each time, so it may end anywhere: what was taken is in the store, what was written
/// is whole, and the next one goes on from there.
final class FolderSession {
  private let store: Store
  private let files: any FolderFiles
  /// The path of the folder, to be told.
  private let root: String
  private let directory: String
  private let request: SyncRequest
  private let replica: StoreReplica
  private let take: (Pack) throws -> ReceiveReport
  /// Whether nothing may be changed: neither the folder nor what is remembered.
  private let isRehearsal: Bool
  private let graceMilliseconds: Int64
  private var memory: FolderMemory
  private var listing: FolderListing?
  /// Where the packs are that were found, by their hashes.
  private var places: [PackHash: String] = [:]
  private(set) var receipt = RemoteReceipt()

  init(
    _ store: Store, _ files: any FolderFiles, root: String, request: SyncRequest, graceMilliseconds: Int64,
    isRehearsal: Bool = false, take: @escaping (Pack) throws -> ReceiveReport
  ) throws {
    self.store = store
    self.files = files
    self.root = root
    self.request = request
    self.take = take
    self.isRehearsal = isRehearsal
    self.graceMilliseconds = graceMilliseconds
    directory = FolderLayout.directory(of: store.id)
    replica = StoreReplica(store, take: take)
    memory = try FolderMemory(request.memory, trusts: request.trustsMemory)
  }

  /// Does it.
  ///
  /// - Throws: ``RemoteError``, ``StoreError``; what was learned until then is remembered all the same.
  func run() throws {
    do {
      try findStore()
      try takeAll()
      try writeAll()
    } catch {
      if !isRehearsal { try? memory.save() }
      throw error
    }
    if !isRehearsal { try memory.save() }
    receipt.findings.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private var nowMilliseconds: Int64 { store.environment.nowMilliseconds() }

  private func tell(_ path: String, _ what: String) {
    receipt.findings.append(RemoteReceipt.Finding(path: "\(directory)/\(path)", what: what))
  }

  /// A folder without what is known to be in it is more likely another disk's mount point than an emptied one.
  private func findStore() throws {
    listing = try FolderListing(files, directory: directory, root: root)
    guard listing == nil else { return }
    if !memory.isEmpty { throw RemoteError.folderEmptied(path: root) }
    let others = try FolderRemote.stores(in: files)
    guard !others.isEmpty else { return }
    if !request.direction.pushes { throw RemoteError.otherStores(root, others, wanted: store.id) }
    receipt.notices.append(
      "\(root) has changes of \(others.count == 1 ? "another store" : "other stores") too, with which this one has no history in common"
    )
  }

  // MARK: - Taking

  /// Lists and reads until nothing that was listed has gone meanwhile: its owner merged it into another file.
  private func takeAll() throws {
    for _ in 0..<5 {
      guard let listing else { return }
      memory.forget(allBut: listing)
      places = [:]
      for item in listing.items { if let pack = memory[item.path]?.pack { places[pack.hash] = item.path } }
      tellStrangers(listing)
      // By age, so that what a change names has mostly come before it; any order is right.
      let unread = listing.items.filter(needsReading).sorted {
        ($0.stamp.modifiedNanoseconds, $0.path) < ($1.stamp.modifiedNanoseconds, $1.path)
      }
      if try !read(unread) { return }
      self.listing = try FolderListing(files, directory: directory, root: root)
    }
    receipt.notices.append("files in \(root) went while they were being read: sync again for what took their place")
  }

  private func tellStrangers(_ listing: FolderListing) {
    for path in listing.strangers where memory.see(path, nowMilliseconds: nowMilliseconds) == nil {
      tell(path, "is no file in a directory of the store's, and was passed over")
    }
  }

  private func needsReading(_ item: FolderListing.Item) -> Bool {
    guard let file = memory[item.path], file.stamp == item.stamp else { return true }
    switch file.content {
    case .pack(let pack): return request.direction.pulls && !pack.isTaken
    // A program that makes room for a file before it writes it leaves no other trace of having finished.
    case .unusable: return FolderLayout.isMeantAsPack(item.name)
    }
  }

  private enum Outcome {
    case done, gone
    /// Some was refused that may be taken once other files were.
    case later([Refusal])
  }

  /// - Returns: whether any of the files were gone.
  private func read(_ items: [FolderListing.Item]) throws -> Bool {
    let total = items.reduce(0) { $0 + Int(clamping: $1.stamp.byteCount) }
    var (left, done, isAnyGone) = (items, 0, false)
    while true {
      var later: [(item: FolderListing.Item, refused: [Refusal])] = []
      let before = receipt.report.applied + receipt.report.released
      for (index, item) in left.enumerated() {
        switch try read(item) {
        case .done: break
        case .gone: isAnyGone = true
        case .later(let refused): later.append((item, refused))
        }
        done += Int(clamping: item.stamp.byteCount)
        request.progress?(min(done, total), total)
        if index % 256 == 255, !isRehearsal { try memory.save() }
      }
      left = later.map(\.item)
      let hasAdvanced = receipt.report.applied + receipt.report.released > before
      if left.isEmpty || !hasAdvanced || isRehearsal {
        for refusal in later.flatMap(\.refused) { receipt.report.refuse(refusal) }
        return isAnyGone
      }
    }
  }

  private func read(_ item: FolderListing.Item) throws -> Outcome {
    guard item.stamp.byteCount <= SyncLimits.packBytes else {
      return passOver(item, item.stamp, "is larger than any pack")
    }
    let read: (bytes: [UInt8], stamp: FileStamp)?
    do {
      read = try files.read([directory, item.writer, item.name], limit: SyncLimits.packBytes)
    } catch RemoteError.folder(_, let path, let code) {
      let error = RemoteError.folder(operation: "read", path: path, code: code)
      return passOver(item, item.stamp, "could not be read: \(error)")
    }
    guard let (bytes, stamp) = read else { return .gone }
    let hash: PackHash
    do throws(PackError) { hash = try PackHead(checking: bytes).hash } catch {
      return passOver(item, stamp, "was passed over: \(error)")
    }
    if let place = places[hash], place != item.path, let pack = memory[place]?.pack,
      pack.isTaken || !request.direction.pulls
    {
      var copy = pack
      copy.merged = nil
      tell(item.path, "is a copy of \(place)")
      memory[item.path] = FolderFile(stamp: stamp, content: .pack(copy))
      return .done
    }
    return try take(bytes, item, stamp)
  }

  private func passOver(_ item: FolderListing.Item, _ stamp: FileStamp, _ reason: String) -> Outcome {
    let found = FolderFile(stamp: stamp, content: .unusable(reason))
    if memory[item.path] != found { tell(item.path, reason) }
    memory[item.path] = found
    return .done
  }

  private func take(_ bytes: [UInt8], _ item: FolderListing.Item, _ stamp: FileStamp) throws -> Outcome {
    let opened: Pack
    do throws(PackError) {
      opened = try Pack(opening: bytes, expecting: store.id, decompress: Zstandard.decompress)
    } catch { return passOver(item, stamp, "was passed over: \(error)") }
    if item.name != FolderLayout.fileName(of: opened.hash), memory[item.path]?.stamp != stamp {
      tell(item.path, "has another name than its contents, which are good and were taken")
    }
    var pack = FolderPack(opened)
    let isHad = try opened.refused.isEmpty && store.read { try pack.runs.allSatisfy(FolderCoverage($0).isHere) }
    var later: [Refusal] = []
    if isHad {
      pack.isTaken = true
    } else if request.direction.pulls {
      receipt.received.add(changes: opened.entries.count, bytes: bytes.count)
      var report = try take(opened)
      later = report.removeRefusalsForNow()
      receipt.report += report
      pack.isTaken = later.isEmpty
    }
    places[pack.hash] = item.path
    memory[item.path] = FolderFile(stamp: stamp, content: .pack(pack))
    return later.isEmpty ? .done : .later(later)
  }

  // MARK: - Writing

  private func writeAll() throws {
    let (state, want) = try compare()
    receipt.digestHere = state.digest
    var outgoing = try replica.outgoing(for: want)
    receipt.lackingThere = outgoing.changeCount
    if request.direction.pushes, !isRehearsal {
      var own = FolderDirectory(path: [directory, try FolderWriter.name(memory, of: store)])
      own.adopt(listing)
      try removeMerged(own)
      let count = outgoing.changeCount
      while let pack = try replica.nextPack(&outgoing) {
        _ = try write(pack.bytes, to: &own)
        receipt.sent.add(changes: pack.changeCount, bytes: pack.bytes.count)
        receipt.lackingThere -= pack.changeCount
        request.progress?(receipt.sent.changes, count)
      }
      try mergeSmall(&own)
    }
    if receipt.lackingHere.isEmpty, receipt.lackingThere == 0 { receipt.digestThere = state.digest }
  }

  /// What is here now, and what the folder lacks of it; notes what is still lacking here.
  private func compare() throws -> (SyncState, SyncWant) {
    let state = try replica.syncState()
    var runs: [ReplicaID: [LogRun]] = [:]
    for item in listing?.items ?? [] {
      for run in memory[item.path]?.pack?.runs ?? [] { runs[run.replica, default: []].append(run) }
    }
    return try store.read { reader in
      let coverage = FolderCoverage(reader)
      for (replica, runs) in runs {
        let lacking = Set(try runs.filter { try !coverage.isHere($0) }.map(\.through))
        if !lacking.isEmpty { receipt.lackingHere.append(LogPosition(replica: replica, tips: lacking.sorted())) }
      }
      receipt.lackingHere.sort { $0.replica < $1.replica }
      let want = try state.logs.compactMap { log -> LogWant? in
        let reached = try coverage.reached(by: runs[log.replica] ?? [], in: log.replica)
        let lacking = log.tips.filter { !reached.contains($0) }.map(\.id).sorted()
        return lacking.isEmpty ? nil : LogWant(replica: log.replica, tips: lacking, have: reached)
      }
      return (state, SyncWant(logs: want))
    }
  }

  private func write(_ bytes: [UInt8], to own: inout FolderDirectory) throws -> String {
    let opened = try Pack(opening: bytes, expecting: store.id, decompress: Zstandard.decompress)
    var pack = FolderPack(opened)
    pack.isTaken = true
    let name = FolderLayout.fileName(of: opened.hash)
    let stamp = try files.write(bytes, to: own.path + [name])
    own.names.insert(name)
    memory["\(own.name)/\(name)"] = FolderFile(stamp: stamp, content: .pack(pack))
    return name
  }

  /// Removes packs of this writer that were merged into larger ones long enough ago, and what it never finished.
  ///
  /// Whoever lists an old name and finds it gone lists again. The time is for programs that carry a folder and do not
  /// keep the order of what was done.
  private func removeMerged(_ own: FolderDirectory) throws {
    let now = nowMilliseconds
    func pack(_ name: String) -> FolderPack? { memory["\(own.name)/\(name)"]?.pack }
    let merged = own.names.compactMap { name in pack(name)?.merged.map { (name: name, merged: $0) } }
      .sorted { ($0.merged.sinceMilliseconds, $0.name) < ($1.merged.sinceMilliseconds, $1.name) }
    for (name, merged) in merged {
      let path = "\(own.name)/\(name)"
      guard var file = memory[path], var kept = file.pack else { continue }
      if !merged.into.allSatisfy({ own.names.contains($0) && pack($0) != nil }) {
        // What it was merged into has gone, so it counts again.
        kept.merged = nil
        file.content = .pack(kept)
        memory[path] = file
      } else if now - merged.sinceMilliseconds >= graceMilliseconds {
        try files.remove(own.path + [name])
        memory[path] = nil
      }
    }
    for item in listing?.unfinished ?? [] where item.writer == own.name {
      if let since = memory.see(item.path, nowMilliseconds: now), now - since >= graceMilliseconds {
        try files.remove(own.path + [item.name])
      }
    }
  }

  /// Merges small packs of this writer into larger ones, from the store's own log: the files need not be read.
  private func mergeSmall(_ own: inout FolderDirectory) throws {
    let candidates = try store.read { reader in
      try own.names.sorted().compactMap { name -> (name: String, pack: FolderPack)? in
        guard let pack = memory["\(own.name)/\(name)"]?.pack, pack.merged == nil,
          name == FolderLayout.fileName(of: pack.hash), try pack.runs.allSatisfy(FolderCoverage(reader).isHere)
        else { return nil }
        return (name, pack)
      }
    }
    for group in FolderTiers.groups(candidates.map(\.pack.weight)) {
      var outgoing = try outgoing(group.flatMap { candidates[$0].pack.runs })
      let expected = outgoing.changeCount
      var (names, written): ([String], Int) = ([], 0)
      while let pack = try replica.nextPack(&outgoing) {
        names.append(try write(pack.bytes, to: &own))
        written += pack.changeCount
      }
      guard written == expected else { continue }
      let now = nowMilliseconds
      for index in group where !names.contains(candidates[index].name) {
        let path = "\(own.name)/\(candidates[index].name)"
        guard var file = memory[path], var pack = file.pack else { continue }
        pack.merged = FolderPack.Merged(into: names, sinceMilliseconds: now)
        file.content = .pack(pack)
        memory[path] = file
      }
    }
  }

  private func outgoing(_ runs: [LogRun]) throws -> OutgoingChanges {
    try store.read { reader in
      var outgoing = OutgoingChanges()
      for (replica, runs) in Dictionary(grouping: runs, by: \.replica).sorted(by: { $0.key < $1.key }) {
        for run in try FolderCoverage(reader).joined(runs, in: replica) {
          outgoing.add(run, try reader.places(of: replica, after: run.after, through: run.through))
        }
      }
      outgoing.sort()
      return outgoing
    }
  }
}

/// The directory of this writer, with the names of the packs in it.
private struct FolderDirectory {
  let path: [String]
  var names: Set<String> = []

  var name: String { path.last ?? "" }

  mutating func adopt(_ listing: FolderListing?) {
    names = Set((listing?.items ?? []).filter { $0.writer == name }.map(\.name))
  }
}
