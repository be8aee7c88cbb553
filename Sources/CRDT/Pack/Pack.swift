/// A pack that was opened: the changes of its good runs, and what was refused (Schema/pack.md).
///
/// Packs are the one unit in which changes travel and are archived: runs of replicas' logs, sealed, in causal order.
public struct Pack: Sendable {
  /// The most that the compressed contents may take, in bytes, and the most that all headers and bodies may come to.
  public static let maximumBytes = 4 << 20
  /// The most that the contents may take before compression, in bytes.
  public static let maximumContentBytes = 8 << 20

  /// A change that was verified: bytes, hash of the body, chain, and a seal at or after it.
  public struct Entry: Sendable {
    /// The replica that made it.
    public let replica: ReplicaID
    /// SHA-256 of the header.
    public let id: ChangeID
    /// Its place in the replica's log, from 1.
    public let sequence: UInt64
    /// What it says.
    public let change: Change
    /// Its bytes.
    public let encoded: EncodedChange
    /// Its seal, where the pack has one; most that a log has are left out.
    public let seal: Seal?
    /// The number of its run, from 0; two runs of one replica are branches of a fork.
    public let run: Int
  }

  /// The end of a run that is not to be believed.
  public struct RefusedRun: Hashable, Sendable {
    /// The number of the run, from 0.
    public let run: Int
    /// The replica whose log it claims to be of.
    public let replica: ReplicaID
    /// The place in the log from which on changes are refused: after the last one that a valid seal vouches for.
    public let sequence: UInt64
    /// How many changes of the pack are refused.
    public let count: Int
    /// What is wrong with the first bad one of them.
    public let reason: LogError

    /// Whether that is of a newer version, and so nothing is known to be wrong with it.
    public var isNewer: Bool {
      if case .change(.version(let version)) = reason { version > Change.formatVersion } else { false }
    }
  }

  /// The store that the changes belong to.
  public let store: StoreID
  /// The hash that names the pack.
  public let hash: PackHash
  /// The verified changes, in the order of the pack, which is causal where its writer was honest. Whether what comes
  /// before each run is there is for the receiver to see.
  public let entries: [Entry]
  /// What was refused, in the order of the runs.
  public let refused: [RefusedRun]

  /// Opens a pack from bytes of any origin.
  ///
  /// Memory is bounded by a small multiple of ``maximumBytes``, whatever the bytes say.
  ///
  /// - Parameters:
  ///   - expected: the store that the pack must belong to; `nil` for any.
  ///   - decompress: makes of one zstd frame, which is all that it is given, the stated number of bytes; it must not
  ///     make more.
  /// - Throws: ``PackError`` where nothing of the pack can be used.
  public init(
    opening bytes: [UInt8], expecting expected: StoreID?, decompress: ([UInt8], _ length: Int) throws -> [UInt8]
  ) throws(PackError) {
    let head = try PackHead(checking: bytes)
    if let expected, head.store != expected { throw .otherStore(head.store) }
    let contents: [UInt8]
    do { contents = try decompress(Array(bytes[PackHead.byteCount...]), head.contentBytes) } catch {
      throw .compression
    }
    guard contents.count == head.contentBytes else { throw .compression }
    try self.init(contents: contents, head: head)
  }

  private init(contents: [UInt8], head: PackHead) throws(PackError) {
    store = head.store
    hash = head.hash
    var streams = try PackStreamReader(contents)
    var runs = try PackRun.readAll(&streams).enumerated().map { OpeningRun($1, number: $0, store: head.store) }
    var items = PackItemReader(streams)
    var entries: [Entry] = []
    while !items.streams.isAtEnd(PackStream.order) {
      let start = items.streams.offset(PackStream.order)
      let run = try items.streams.number(PackStream.order)
      guard run < UInt64(runs.count) else { throw .contents(offset: start, "a run is out of range") }
      let index = Int(run)
      let count = try items.streams.number(PackStream.order)
      guard count > 0, count <= runs[index].remaining else {
        throw .contents(offset: start, "a run has another number of changes")
      }
      for _ in 0..<count { if let entry = try runs[index].readNext(from: &items) { entries.append(entry) } }
    }
    for run in runs where run.remaining > 0 {
      throw .contents(offset: streams.offset(PackStream.order), "a run has another number of changes")
    }
    try items.streams.finish()
    refused = runs.compactMap(\.refusal)
    self.entries = refused.isEmpty ? entries : entries.filter { runs[$0.run].vouches(for: $0.sequence) }
  }
}

/// A run while it is being read.
private struct OpeningRun {
  private let run: PackRun
  private let number: Int
  private let prefix: PackPrefix
  private var verifier: LogVerifier
  private var tip: (id: ChangeID, sequence: UInt64)?
  private var readCount: UInt64 = 0
  private var sealIndex = 0
  /// How many changes, from the first on, a valid seal vouches for.
  private var vouchedCount: UInt64 = 0
  private var error: LogError?

  init(_ run: PackRun, number: Int, store: StoreID) {
    self.run = run
    self.number = number
    prefix = PackPrefix(store: store, replica: run.replica)
    verifier = LogVerifier(store: store, replica: run.replica, after: run.after)
    tip = run.after
  }

  var remaining: UInt64 { run.count - readCount }

  /// Reads the next change; `nil` from the first bad one on.
  mutating func readNext(from items: inout PackItemReader) throws(PackError) -> Pack.Entry? {
    if readCount == 0, let after = run.after { items.addLongID(after.id) }
    let (encoded, body) = try items.read(after: tip, prefix: prefix)
    let id = encoded.id
    items.addLongID(id)
    let sequence = (tip?.sequence ?? 0) + 1
    tip = (id, sequence)
    readCount += 1
    let seal = run.seals[sealIndex].end == readCount ? run.seals[sealIndex].seal : nil
    if seal != nil { sealIndex += 1 }
    guard error == nil else { return nil }
    do throws(LogError) {
      let change = try verifier.check(encoded, id: id, body: body, seal: seal).change
      if seal != nil { vouchedCount = readCount }
      return Pack.Entry(
        replica: run.replica, id: id, sequence: sequence, change: change, encoded: encoded, seal: seal, run: number)
    } catch {
      self.error = error
      return nil
    }
  }

  func vouches(for sequence: UInt64) -> Bool { sequence - (run.after?.sequence ?? 0) <= vouchedCount }

  var refusal: Pack.RefusedRun? {
    error.map {
      Pack.RefusedRun(
        run: number, replica: run.replica, sequence: (run.after?.sequence ?? 0) + vouchedCount + 1,
        count: Int(run.count - vouchedCount), reason: $0)
    }
  }
}
