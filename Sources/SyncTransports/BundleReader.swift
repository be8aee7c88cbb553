import AnnotationStore
import Crypto
import Foundation
import SyncProtocol

/// Reads a bundle pack by pack, so that memory holds one.
public struct BundleReader: ~Copyable {
  /// What the bundle says of its maker.
  public let head: BundleHead

  /// The size of the file, in bytes.
  public let byteCount: Int
  /// How many of them were read.
  public var doneBytes: Int { parts.doneBytes }

  private var parts: BundleParts
  private var isAtEnd = false

  /// Opens a bundle and reads its head.
  ///
  /// - Parameter name: what messages call the file, where that is not its path.
  /// - Throws: ``BundleError``; ``IdentityError`` where the file cannot be read.
  public init(_ path: String, named name: String? = nil) throws {
    var parts = try BundleParts(try FileDescriptor(opening: path, to: "open", flags: O_RDONLY), name ?? path)
    let byteCount = try parts.byteCount()
    guard case .state(let state)? = try parts.next(), case .want(let known)? = try parts.next() else {
      throw parts.damaged("it does not begin with the state of its maker")
    }
    parts.hasHead = true
    head = BundleHead(state: state, known: known.logs)
    self.byteCount = byteCount
    self.parts = parts
  }

  /// The next pack; `nil` after the last, when the hash over the whole file was right.
  ///
  /// - Throws: ``BundleError``; what came before is good all the same.
  public mutating func nextPack() throws -> [UInt8]? {
    if isAtEnd { return nil }
    switch try parts.next() {
    case .pack(let bytes)?: return bytes
    case nil:
      isAtEnd = true
      return nil
    default: throw parts.damaged("it holds something else than packs")
    }
  }
}

/// The parts of a bundle one after the other (Schema/pack.md, "Reading a bundle").
private struct BundleParts: ~Copyable {
  /// Whether state and want were read.
  var hasHead = false
  /// How many bytes were read.
  private(set) var doneBytes = 0
  private let file: FileDescriptor
  private let name: String
  private var hasher = SHA256()

  /// - Parameter name: what messages call the file.
  init(_ file: consuming FileDescriptor, _ name: String) throws {
    let start = try file.readNext(BundleFile.magic.count + 1)
    guard start.starts(with: BundleFile.magic), let version = start.dropFirst(BundleFile.magic.count).first else {
      throw BundleError.notABundle(path: name)
    }
    if version > BundleFile.version { throw BundleError.newer(path: name, what: "version \(version) of bundles") }
    guard version == BundleFile.version else {
      throw BundleError.damaged(path: name, reason: "it states a version that there never was", hasHead: false)
    }
    self.file = file
    self.name = name
    hasher.update(data: start)
    doneBytes = start.count
  }

  func byteCount() throws -> Int { try file.byteCount() }

  func damaged(_ reason: String) -> BundleError { .damaged(path: name, reason: reason, hasHead: hasHead) }

  /// The next message; `nil` at the end, when the hash over the whole file was right.
  mutating func next() throws -> SyncMessage? {
    let count = try read(4).reduce(0) { $0 << 8 | Int($1) }
    if count == 0 {
      try checkEnd()
      return nil
    }
    guard count <= SyncLimits.messageBytes else { throw damaged("a part of it states a length beyond all limits") }
    let bytes = try read(count)
    do throws(SyncError) { return try SyncMessage(decoding: bytes) } catch {
      guard case .version(let version) = error, version > SyncMessage.version else { throw damaged("\(error)") }
      throw BundleError.newer(path: name, what: "version \(version) of sync messages")
    }
  }

  private mutating func checkEnd() throws {
    let computed = Array(hasher.finalize())
    let hash = try read(SHA256.byteCount)
    guard hash == computed else { throw damaged("its bytes are not those that were written") }
    guard try file.readNext(1).isEmpty else { throw damaged("something stands behind its end") }
  }

  private mutating func read(_ count: Int) throws -> [UInt8] {
    let bytes = try file.readNext(count)
    guard bytes.count == count else { throw BundleError.truncated(path: name, hasHead: hasHead) }
    hasher.update(data: bytes)
    doneBytes += count
    return bytes
  }
}

/// What became of a bundle that was taken into a store.
public struct BundleReceipt: Sendable {
  /// What the bundle says of its maker.
  public let head: BundleHead
  /// Packs that were read.
  public fileprivate(set) var packs = 0
  /// Their size, in bytes.
  public fileprivate(set) var bytes = 0
  /// What became of the changes.
  public fileprivate(set) var report = ReceiveReport()
  /// What the user should be told, a line each.
  public fileprivate(set) var notices: [String] = []
  /// What is wrong with the file; what came before that was taken.
  public fileprivate(set) var problem: BundleError?
  /// The digest of what is applied here now.
  public fileprivate(set) var digestHere: StateDigest?
  /// What the maker had and is still not here, ascending by replica: a bundle may leave out what its taker was thought
  /// to have.
  public fileprivate(set) var lackingHere: [LogPosition] = []
  /// How many changes are here that the maker did not have.
  public fileprivate(set) var lackingThere = 0
}

/// What was found in a bundle by reading all of it.
public struct BundleSummary: Sendable {
  /// What it says of its maker.
  public let head: BundleHead
  /// The size of the file, in bytes.
  public let byteCount: Int
  /// How many packs could be opened.
  public fileprivate(set) var packs = 0
  /// How many changes are whole and vouched for by a seal.
  public fileprivate(set) var changes = 0
  /// How many of each log, and their first and last place there; ascending by replica.
  public fileprivate(set) var logs: [(replica: ReplicaID, first: UInt64, last: UInt64, count: Int)] = []
  /// The earliest and the latest time of the changes, in milliseconds since 1970 UTC.
  public fileprivate(set) var times: ClosedRange<Int64>?
  /// What is wrong with it, a line each; at most 100.
  public fileprivate(set) var problems: [String] = []
  /// Whether nothing is wrong with it but that a newer version wrote it.
  public fileprivate(set) var isNewer = false
}

extension BundleFile {
  /// Reads a bundle and checks everything in it that can be checked without a store: bytes, hashes, chains, seals.
  ///
  /// - Parameter name: what messages call the file, where that is not its path.
  /// - Throws: ``BundleError`` where not even its head can be read.
  public static func inspect(_ path: String, named name: String? = nil) throws -> BundleSummary {
    var reader = try BundleReader(path, named: name)
    var summary = BundleSummary(head: reader.head, byteCount: reader.byteCount)
    var logs: [ReplicaID: (first: UInt64, last: UInt64, count: Int)] = [:]
    do {
      while let bytes = try reader.nextPack() {
        do throws(PackError) {
          let pack = try Pack(opening: bytes, expecting: reader.head.state.store, decompress: Zstandard.decompress)
          summary.packs += 1
          summary.add(pack, &logs)
        } catch { summary.note("a pack: \(error)", isNewer: error.isNewer) }
      }
    } catch let error as BundleError {
      let isNewer = if case .newer = error { true } else { false }
      summary.note("\(error)", isNewer: isNewer)
    }
    summary.logs = logs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.first, $0.value.last, $0.value.count) }
    return summary
  }

  /// Takes the packs of a bundle into a store, each in one transaction.
  ///
  /// - Parameters:
  ///   - name: what messages call the file, where that is not its path.
  ///   - progress: called now and then with the bytes of the file that are done, and how many it has.
  /// - Returns: what became of the changes; where something is wrong with the file, what came before that was taken.
  /// - Throws: ``BundleError`` where not even the head can be read; ``SyncError/otherStore(here:there:)``;
  ///   ``StoreError``.
  public static func apply(
    _ path: String, named name: String? = nil, to store: Store, progress: ((Int, Int) -> Void)? = nil
  ) throws -> BundleReceipt {
    let taker = PackTaker(store)
    let replica = StoreReplica(store, take: taker.take)
    var receipt = try apply(try BundleReader(path, named: name), to: store, by: replica, progress: progress)
    let state = try replica.syncState()
    receipt.notices = taker.notices
    receipt.digestHere = state.digest
    let head = receipt.head
    receipt.lackingHere = try SyncPlan.lacking(
      mine: state.logs, theirs: head.state.logs, contains: replica.contains)
    receipt.lackingThere = try replica.outgoing(for: want(.lacking(head), try Self.head(of: replica), store))
      .changeCount
    return receipt
  }

  /// Looks at what a bundle would bring, and changes nothing.
  ///
  /// - Returns: what would come, and what is wrong with the file.
  /// - Throws: as ``apply(_:named:to:progress:)``.
  public static func rehearse(
    _ path: String, named name: String? = nil, into store: Store
  ) throws -> (preview: MergePreview, problem: BundleError?) {
    // What is no bundle is told before the store is locked.
    _ = try BundleReader(path, named: name)
    var problem: BundleError?
    var unopened = ReceiveReport()
    var preview = try store.rehearse { take in
      let replica = StoreReplica(store, take: take)
      problem = try apply(try BundleReader(path, named: name), to: store, by: replica, progress: nil).problem
      unopened = replica.unopened
    }
    preview.report += unopened
    return (preview, problem)
  }

  private static func apply(
    _ reader: consuming BundleReader, to store: Store, by replica: StoreReplica, progress: ((Int, Int) -> Void)?
  ) throws -> BundleReceipt {
    guard reader.head.state.store == store.id else {
      throw SyncError.otherStore(here: store.id, there: reader.head.state.store)
    }
    var receipt = BundleReceipt(head: reader.head)
    do {
      while let pack = try reader.nextPack() {
        receipt.report += try replica.receive(pack: pack)
        receipt.packs += 1
        receipt.bytes += pack.count
        progress?(reader.doneBytes, reader.byteCount)
      }
      progress?(reader.doneBytes, reader.byteCount)
    } catch let error as BundleError { receipt.problem = error }
    return receipt
  }
}

extension BundleSummary {
  fileprivate mutating func add(
    _ pack: Pack, _ logs: inout [ReplicaID: (first: UInt64, last: UInt64, count: Int)]
  ) {
    changes += pack.entries.count
    for refused in pack.refused {
      let place = "log of replica \(refused.replica.hex.prefix(12)) from place \(refused.sequence) on"
      note("\(place): \(refused.reason)", isNewer: refused.isNewer)
    }
    for entry in pack.entries {
      let time = entry.change.timeMilliseconds
      times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
      let known = logs[entry.replica] ?? (entry.sequence, entry.sequence, 0)
      logs[entry.replica] = (min(known.first, entry.sequence), max(known.last, entry.sequence), known.count + 1)
    }
  }

  fileprivate mutating func note(_ problem: String, isNewer: Bool) {
    self.isNewer = isNewer && (problems.isEmpty || self.isNewer)
    if problems.count < 100 { problems.append(problem) }
  }
}
