import CRDT
import SyncProtocol

/// What a store's file remembers of a folder: what was found in each file, and what was told of it. Where it is lost,
/// everything is read again.
struct FolderMemory {
  private let memory: RemoteMemory?
  private var files: [String: FolderFile] = [:]
  /// What is no pack's file, with the time when it was seen first, in milliseconds.
  private var seen: [String: Int64] = [:]
  private var unsaved: [String: [UInt8]?] = [:]
  private static let filePrefix = "file:"
  private static let seenPrefix = "seen:"
  private static let writerName = "writer"

  /// Reads it.
  ///
  /// - Parameter trusts: whether to believe it; if not, all of it is forgotten with the next ``save()``.
  init(_ memory: RemoteMemory?, trusts: Bool) throws {
    self.memory = memory
    for (name, value) in try memory?.values(prefix: Self.filePrefix) ?? [:] {
      let path = String(name.dropFirst(Self.filePrefix.count))
      if trusts, let file = FolderFile(decoding: value) { files[path] = file } else { unsaved[name] = .some(nil) }
    }
    for (name, value) in try memory?.values(prefix: Self.seenPrefix) ?? [:] {
      var decoder = CBORDecoder(value)
      let path = String(name.dropFirst(Self.seenPrefix.count))
      if trusts, let time = try? decoder.readInt() { seen[path] = time } else { unsaved[name] = .some(nil) }
    }
  }

  /// Whether anything of the folder is remembered that it has to hold.
  var isEmpty: Bool { !files.values.contains { $0.pack != nil } }

  /// What was found in a file.
  subscript(path: String) -> FolderFile? {
    get { files[path] }
    set {
      guard files[path] != newValue else { return }
      files[path] = newValue
      unsaved[Self.filePrefix + path] = .some(newValue?.encoded())
    }
  }

  /// Notes that something is there.
  ///
  /// - Returns: since when, where it was noted before.
  mutating func see(_ path: String, nowMilliseconds: Int64) -> Int64? {
    if let since = seen[path] { return since }
    seen[path] = nowMilliseconds
    var encoder = CBOREncoder()
    encoder.write(int: nowMilliseconds)
    unsaved[Self.seenPrefix + path] = .some(encoder.bytes)
    return nil
  }

  /// Forgets what is not there any more.
  mutating func forget(allBut listing: FolderListing) {
    let there = Set(listing.items.map(\.path))
    for path in files.keys where !there.contains(path) { self[path] = nil }
    let odd = Set(listing.strangers + listing.unfinished.map(\.path))
    for path in seen.keys where !odd.contains(path) {
      seen[path] = nil
      unsaved[Self.seenPrefix + path] = .some(nil)
    }
  }

  /// Keeps all that is new.
  mutating func save() throws {
    try memory?.keep(unsaved)
    unsaved.removeAll()
  }

  /// What was kept of who writes here, see ``FolderWriter``.
  func writer() throws -> [UInt8]? { try memory?.value(Self.writerName) }

  /// Keeps who writes here.
  func keep(writer: [UInt8]) throws { try memory?.keep([Self.writerName: .some(writer)]) }
}

extension FolderFile {
  /// Names are of version 1; a later one may need to read files again.
  func encoded() -> [UInt8] {
    var encoder = CBOREncoder()
    let stamp: [CBORValue] = [.int(1), .int(stamp.byteCount), .int(stamp.modifiedNanoseconds)]
    switch content {
    case .unusable(let reason): encoder.write(.array(stamp + [.text(reason)]))
    case .pack(let pack):
      encoder.write(
        .array(
          stamp + [
            .bytes(pack.hash.bytes), .int(Int64(pack.changeCount)), .int(Int64(pack.weight)), .bool(pack.isTaken),
            .array(pack.runs.map(Self.value)),
            pack.merged.map { .array([.int($0.sinceMilliseconds)] + $0.into.map(CBORValue.text)) } ?? .null,
          ]))
    }
    return encoder.bytes
  }

  /// Reads what was remembered; `nil` where it is not of this version or damaged.
  init?(decoding bytes: [UInt8]) {
    var decoder = CBORDecoder(bytes)
    guard case .array(let items)? = try? decoder.readValue(), decoder.isAtEnd, items.count >= 4,
      items[0] == .int(1), case .int(let byteCount) = items[1], case .int(let modified) = items[2]
    else { return nil }
    stamp = FileStamp(byteCount: byteCount, modifiedNanoseconds: modified)
    if case .text(let reason) = items[3] {
      content = .unusable(reason)
    } else if let pack = FolderPack(Array(items.dropFirst(3))) {
      content = .pack(pack)
    } else {
      return nil
    }
  }

  private static func value(_ run: LogRun) -> CBORValue {
    .array([
      .bytes(run.replica.bytes), run.after.map { .bytes($0.id.bytes) } ?? .null,
      .int(Int64(clamping: run.after?.sequence ?? 0)), .bytes(run.through.id.bytes),
      .int(Int64(clamping: run.through.sequence)),
    ])
  }
}

extension FolderPack {
  fileprivate init?(_ items: [CBORValue]) {
    guard items.count == 6, case .bytes(let hash) = items[0], let hash = PackHash(hash),
      case .int(let count) = items[1],
      case .int(let weight) = items[2], case .bool(let isTaken) = items[3], case .array(let runs) = items[4]
    else { return nil }
    self.hash = hash
    changeCount = Int(clamping: count)
    self.weight = Int(clamping: weight)
    self.isTaken = isTaken
    self.runs = runs.compactMap(Self.run)
    guard self.runs.count == runs.count else { return nil }
    if case .array(let merged) = items[5], case .int(let since)? = merged.first {
      let names = merged.dropFirst().compactMap { if case .text(let name) = $0 { name } else { nil } }
      self.merged = Merged(into: names, sinceMilliseconds: since)
    }
  }

  private static func run(_ value: CBORValue) -> LogRun? {
    guard case .array(let items) = value, items.count == 5, case .bytes(let replica) = items[0],
      let replica = ReplicaID(replica), case .int(let first) = items[2], case .bytes(let through) = items[3],
      let through = ChangeID(through), case .int(let last) = items[4], first >= 0, last > first
    else { return nil }
    var after: LogTip?
    if case .bytes(let id) = items[1], let id = ChangeID(id) { after = LogTip(id: id, sequence: UInt64(first)) }
    return LogRun(replica: replica, after: after, through: LogTip(id: through, sequence: UInt64(last)))
  }
}
