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
  public private(set) var doneBytes = 0

  private let file: FileDescriptor
  private var hasher = SHA256()
  private var isAtEnd = false

  /// Opens a bundle and reads its head.
  ///
  /// - Throws: ``BundleError``; ``IdentityError`` where the file cannot be read.
  public init(_ path: String) throws {
    let file = try FileDescriptor(opening: path, to: "open", flags: O_RDONLY)
    let byteCount = try file.byteCount()
    let start = try file.readNext(BundleFile.magic.count + 1)
    guard start.starts(with: BundleFile.magic), let version = start.dropFirst(BundleFile.magic.count).first else {
      throw BundleError.notABundle(path: path)
    }
    guard version == BundleFile.version else { throw BundleError.version(path: path, version) }
    hasher.update(data: start)
    guard case .state(let state)? = try Self.next(file, &hasher), case .want(let known)? = try Self.next(file, &hasher)
    else { throw BundleError.damaged(path: path, reason: "it does not begin with the state of its maker") }
    head = BundleHead(state: state, known: known.logs)
    self.byteCount = byteCount
    self.file = file
  }

  /// The next pack; `nil` after the last, when the hash over the whole file was right.
  ///
  /// - Throws: ``BundleError``; what came before is good all the same.
  public mutating func nextPack() throws -> [UInt8]? {
    if isAtEnd { return nil }
    switch try Self.next(file, &hasher) {
    case .pack(let bytes)?:
      doneBytes += bytes.count
      return bytes
    case nil:
      isAtEnd = true
      return nil
    default: throw BundleError.damaged(path: file.path, reason: "it holds something else than packs")
    }
  }

  private static func next(_ file: borrowing FileDescriptor, _ hasher: inout SHA256) throws -> SyncMessage? {
    let length = try file.readNext(4)
    guard length.count == 4 else { throw BundleError.truncated(path: file.path) }
    hasher.update(data: length)
    let count = length.reduce(0) { $0 << 8 | Int($1) }
    if count == 0 {
      let hash = try file.readNext(SHA256.byteCount)
      guard hash.count == SHA256.byteCount else { throw BundleError.truncated(path: file.path) }
      guard hash == Array(hasher.finalize()) else {
        throw BundleError.damaged(path: file.path, reason: "its bytes are not those that were written")
      }
      guard try file.readNext(1).isEmpty else {
        throw BundleError.damaged(path: file.path, reason: "something stands behind its end")
      }
      return nil
    }
    guard count <= SyncLimits.messageBytes else {
      throw BundleError.damaged(path: file.path, reason: "a part of it states a length beyond all limits")
    }
    let bytes = try file.readNext(count)
    guard bytes.count == count else { throw BundleError.truncated(path: file.path) }
    hasher.update(data: bytes)
    do throws(SyncError) { return try SyncMessage(decoding: bytes) } catch {
      throw BundleError.damaged(path: file.path, reason: "\(error)")
    }
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
}

extension BundleFile {
  /// Reads a bundle and checks everything in it that can be checked without a store: bytes, hashes, chains, seals.
  ///
  /// - Throws: ``BundleError`` where not even its head can be read.
  public static func inspect(_ path: String) throws -> BundleSummary {
    var reader = try BundleReader(path)
    var summary = BundleSummary(head: reader.head, byteCount: reader.byteCount)
    var logs: [ReplicaID: (first: UInt64, last: UInt64, count: Int)] = [:]
    do {
      while let bytes = try reader.nextPack() {
        do throws(PackError) {
          let pack = try Pack(opening: bytes, expecting: reader.head.state.store, decompress: Zstandard.decompress)
          summary.packs += 1
          summary.add(pack, &logs)
        } catch { summary.note("a pack: \(error)") }
      }
    } catch let error as BundleError { summary.note("\(error)") }
    summary.logs = logs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.first, $0.value.last, $0.value.count) }
    return summary
  }

  /// Takes the packs of a bundle into a store, each in one transaction.
  ///
  /// - Parameter progress: called now and then with the bytes of the file that are done, and how many it has.
  /// - Returns: what became of the changes; where something is wrong with the file, what came before that was taken.
  /// - Throws: ``BundleError`` where not even the head can be read; ``SyncError/otherStore(here:there:)``;
  ///   ``StoreError``.
  public static func apply(
    _ path: String, to store: Store, progress: ((Int, Int) -> Void)? = nil
  ) throws -> BundleReceipt {
    let taker = PackTaker(store)
    var receipt = try apply(path, to: store, take: taker.take, progress: progress)
    let replica = StoreReplica(store, take: taker.take)
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
  /// - Throws: as ``apply(_:to:progress:)``.
  public static func rehearse(
    _ path: String, into store: Store
  ) throws -> (preview: MergePreview, problem: BundleError?) {
    var problem: BundleError?
    let preview = try store.rehearse { take in problem = try apply(path, to: store, take: take, progress: nil).problem }
    return (preview, problem)
  }

  private static func apply(
    _ path: String, to store: Store, take: @escaping (Pack) throws -> ReceiveReport, progress: ((Int, Int) -> Void)?
  ) throws -> BundleReceipt {
    var reader = try BundleReader(path)
    guard reader.head.state.store == store.id else {
      throw SyncError.otherStore(here: store.id, there: reader.head.state.store)
    }
    let replica = StoreReplica(store, take: take)
    var receipt = BundleReceipt(head: reader.head)
    do {
      while let pack = try reader.nextPack() {
        receipt.report += try replica.receive(pack: pack)
        receipt.packs += 1
        receipt.bytes += pack.count
        progress?(reader.doneBytes, reader.byteCount)
      }
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
      note("log of replica \(refused.replica.hex.prefix(12)) from place \(refused.sequence) on: \(refused.reason)")
    }
    for entry in pack.entries {
      let time = entry.change.timeMilliseconds
      times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
      let known = logs[entry.replica] ?? (entry.sequence, entry.sequence, 0)
      logs[entry.replica] = (min(known.first, entry.sequence), max(known.last, entry.sequence), known.count + 1)
    }
  }

  fileprivate mutating func note(_ problem: String) { if problems.count < 100 { problems.append(problem) } }
}
