/// A change as a store has it, to be packed.
public struct PackedChange: Hashable, Sendable {
  /// SHA-256 of the header; believed, so that it is not computed again.
  public var id: ChangeID
  /// Header and body, which were verified when they came in.
  public var encoded: EncodedChange
  /// The seal, where the change has one.
  public var seal: Seal?

  /// Makes it.
  public init(id: ChangeID, encoded: EncodedChange, seal: Seal?) {
    self.id = id
    self.encoded = encoded
    self.seal = seal
  }
}

/// Collects runs of logs and makes a pack of them (Schema/pack.md).
///
/// It takes memory in proportion to what it holds, which the caller keeps below ``maximumByteCount``.
public struct PackWriter: Sendable {
  /// A pack whose ``byteCount`` is at most this can be finished whatever is in it; a segment alone never has more.
  public static let maximumByteCount = Pack.maximumBytes - (64 << 10)

  /// What it holds, in bytes: headers and bodies as they are, and 64 for each segment's seal.
  public private(set) var byteCount = 0
  /// How many changes it holds.
  public private(set) var changeCount = 0

  private let store: StoreID
  private var items = PackItemWriter()
  private var runs: [OpenRun] = []
  private var runOfTip: [ChangeID: Int] = [:]
  private var order: [(run: Int, count: UInt64)] = []

  /// Starts with nothing.
  public init(store: StoreID) { self.store = store }

  /// Whether it holds nothing.
  public var isEmpty: Bool { changeCount == 0 }

  /// Appends changes of one log, one after the other in its chain, the last one sealed.
  ///
  /// Everything that they name must be in the pack before them, or be expected at the receiver: that is the caller's
  /// affair. Seals that the receiver can do without are left out. They are taken for verified; what is not is refused
  /// at the latest by who opens the pack.
  ///
  /// - Parameter last: the change before the segment's first one; `nil` at the beginning of the log.
  /// - Throws: ``PackError/unfit(_:_:)`` where a change does not follow the one before it or is malformed. The writer
  ///   must not be used after that.
  public mutating func append(
    _ segment: [PackedChange], replica: ReplicaID, after last: (id: ChangeID, sequence: UInt64)?
  ) throws(PackError) {
    guard let final = segment.last else { return }
    guard final.seal != nil else { throw .unfit(final.id, "it is the last of its segment and has no seal") }
    let index = indexOfRun(replica: replica, after: last)
    for change in segment {
      do { try append(change, to: index) } catch let misfit as PackMisfit { throw .unfit(change.id, misfit.what) } catch
      {
        throw .unfit(change.id, "\(error)")
      }
      byteCount += change.encoded.byteCount
    }
    byteCount += 64
    changeCount += segment.count
    runOfTip[final.id] = index
    if order.last?.run == index {
      order[order.count - 1].count += UInt64(segment.count)
    } else {
      order.append((index, UInt64(segment.count)))
    }
  }

  private mutating func indexOfRun(replica: ReplicaID, after last: (id: ChangeID, sequence: UInt64)?) -> Int {
    if let last, let index = runOfTip[last.id], runs[index].run.replica == replica, runs[index].tip?.id == last.id {
      return index
    }
    if let last { items.addLongID(last.id) }
    runs.append(OpenRun(store: store, replica: replica, after: last))
    return runs.count - 1
  }

  private mutating func append(_ change: PackedChange, to index: Int) throws {
    let counted = try items.write(change.encoded, after: runs[index].tip, prefix: runs[index].prefix)
    items.addLongID(change.id)
    runs[index].append(change, counted: counted)
  }

  /// Makes the pack.
  ///
  /// - Parameter compress: makes one zstd frame.
  /// - Returns: the bytes, and the hash that names them.
  /// - Throws: ``PackError/tooLarge(_:)`` where ``byteCount`` is more than ``maximumByteCount``; and what `compress`
  ///   throws.
  public func finish(compress: ([UInt8]) throws -> [UInt8]) throws -> (bytes: [UInt8], hash: PackHash) {
    guard byteCount <= Self.maximumByteCount else { throw PackError.tooLarge("what the pack holds") }
    let contents = contents()
    guard contents.count <= Pack.maximumContentBytes else { throw PackError.tooLarge("the length of the contents") }
    let payload = try compress(contents)
    guard payload.count <= Pack.maximumBytes else { throw PackError.tooLarge("the pack") }
    return PackHead.pack(payload, store: store, contentBytes: contents.count)
  }

  /// What is compressed: the lengths of the streams, and the streams.
  func contents() -> [UInt8] {
    var streams = items.finished()
    for run in runs { run.finished().write(to: &streams) }
    for (run, count) in order {
      streams[PackStream.order].append(packNumber: UInt64(run))
      streams[PackStream.order].append(packNumber: count)
    }
    var contents: [UInt8] = []
    for stream in streams { contents.append(packNumber: UInt64(stream.count)) }
    for stream in streams { contents += stream }
    return contents
  }
}

/// A run with what is known of it while it grows.
private struct OpenRun: Sendable {
  private(set) var run: PackRun
  let prefix: PackPrefix
  private(set) var tip: (id: ChangeID, sequence: UInt64)?
  /// The latest seal, which is left out if the next one can close all that this one closes.
  private var latest: (end: UInt64, seal: Seal)?
  /// Counted bytes from the last seal that is kept to the latest one.
  private var bytesBefore = 0
  /// Counted bytes from the latest seal on.
  private var bytesAfter = 0

  init(store: StoreID, replica: ReplicaID, after last: (id: ChangeID, sequence: UInt64)?) {
    run = PackRun(replica: replica, after: last)
    prefix = PackPrefix(store: store, replica: replica)
    tip = last
  }

  mutating func append(_ change: PackedChange, counted: Int) {
    tip = (change.id, (tip?.sequence ?? 0) + 1)
    run.count += 1
    bytesAfter += counted
    guard let seal = change.seal else { return }
    if let latest, bytesBefore + bytesAfter > Limits.sealedBytes {
      run.seals.append(latest)
      bytesBefore = 0
    }
    latest = (run.count, seal)
    bytesBefore += bytesAfter
    bytesAfter = 0
  }

  /// The run with its last seal.
  func finished() -> PackRun {
    var run = run
    if let latest { run.seals.append(latest) }
    return run
  }
}
