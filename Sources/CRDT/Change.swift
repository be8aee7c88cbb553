/// An atomic group of ops by one replica: the unit of everything that syncs (Schema/change.cddl, `header`).
public struct Change: Hashable, Sendable {
  /// The version of the format that this code writes and reads.
  public static let formatVersion: UInt64 = 1

  /// The store that it belongs to.
  public var store: StoreID
  /// The replica that made it.
  public var replica: ReplicaID
  /// Its place in the replica's log, from 1.
  public var sequence: UInt64
  /// The log's previous change; `nil` for the first.
  public var previous: ChangeID?
  /// The other heads that the replica had seen, ascending.
  public var deps: [ChangeID]
  /// Wall time in milliseconds since 1970 UTC: shown to people, never used to decide anything.
  public var timeMilliseconds: Int64
  /// The curator's record, in a log's first change and whenever it switches.
  public var curator: RecordID?
  /// The ops; at most one a cell.
  public var ops: [Op]
  /// What the header names only for ops that this version does not read, ascending: a prerequisite like any other, so
  /// that every version applies in the same causal order and finds the same depths.
  public internal(set) var namedUnread: [ChangeID] = []

  /// Makes a change.
  public init(
    store: StoreID, replica: ReplicaID, sequence: UInt64, previous: ChangeID?, deps: [ChangeID],
    timeMilliseconds: Int64, curator: RecordID?, ops: [Op]
  ) {
    self.store = store
    self.replica = replica
    self.sequence = sequence
    self.previous = previous
    self.deps = deps
    self.timeMilliseconds = timeMilliseconds
    self.curator = curator
    self.ops = ops
  }

  /// The changes that its ops name, ascending, each once.
  public var namedByOps: [ChangeID] {
    var named = Set<ChangeID>()
    for op in ops { named.formUnion(op.namedChanges) }
    return named.sorted()
  }

  /// Everything that must have been applied before it: previous, deps, and what the header names; each once, ascending.
  public var prerequisites: [ChangeID] {
    var all = Set(deps)
    all.formUnion(namedUnread)
    if let previous { all.insert(previous) }
    for op in ops { all.formUnion(op.namedChanges) }
    return all.sorted()
  }
}

/// A change as it is stored and passed on: bytes that are never encoded again.
public struct EncodedChange: Hashable, Sendable {
  /// The deterministic CBOR of the header; its SHA-256 is the id.
  public var header: [UInt8]
  /// The deterministic CBOR of the body, where the change has free text.
  public var body: [UInt8]?

  /// Wraps bytes, believed or not.
  public init(header: [UInt8], body: [UInt8]?) {
    self.header = header
    self.body = body
  }

  /// SHA-256 of the header.
  public var id: ChangeID { ChangeID(sha256(header)) }

  /// Size of header and body, in bytes.
  public var byteCount: Int { header.count + (body?.count ?? 0) }

  /// The size that limits count, in bytes: that of the header and the most that the body can come to take, whichever
  /// of its values are erased.
  public var countedBytes: Int {
    guard let body else { return header.count }
    return header.count + ((try? Body(decoding: body))?.largestByteCount ?? body.count)
  }
}

/// Why a change is refused for its structure. The same bytes are refused for the same reason at every replica.
public enum ChangeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The header is not deterministic CBOR of the right shape.
  case header(CBORError)
  /// The body is not deterministic CBOR of the right shape.
  case body(CBORError)
  /// The format version is not one that this code reads.
  case version(UInt64)
  /// A key that must be there is missing.
  case missing(String)
  /// Something is there that contradicts the rest, named in words.
  case inconsistent(String)
  /// More than the limit, named in words.
  case tooLarge(String)
  /// The values of the body do not have the hash that the header states.
  case bodyHash

  /// The reason in one line.
  public var description: String {
    switch self {
    case .header(let error): "header: \(error)"
    case .body(let error): "body: \(error)"
    case .version(let version): "format version \(version) is not known here; a newer variorum may read it"
    case .missing(let what): "\(what) is missing"
    case .inconsistent(let what): what
    case .tooLarge(let what): "\(what) is over the limit"
    case .bodyHash: "the body does not match the hash in the header"
    }
  }
}
