import AnnotationModel
import GRDB

/// A change as it stands in the log.
struct LoggedChange {
  var arrival: Int64
  var id: ChangeID
  var seal: Seal?
  var encoded: EncodedChange

  /// Reads a row of ``columns``.
  init(_ row: SQLRow) throws {
    arrival = row.value(Int64.self, 0) ?? 0
    encoded = EncodedChange(header: row.value(Blob.self, 2)?.bytes ?? [], body: row.value(Blob.self, 3)?.bytes)
    seal = row.value(Blob.self, 4).flatMap { Seal($0.bytes) }
    guard let id = row.value(Blob.self, 1).flatMap({ ChangeID($0.bytes) }) else {
      throw LogDamage(arrival: arrival, detail: "its id is not 32 bytes")
    }
    self.id = id
  }

  /// What a statement selects for ``init(_:)``.
  static let columns = "arrival, id, header, body, seal"

  /// The change, decoded; its body was hashed when it came.
  func decoded() throws -> Change {
    do { return try Change(decoding: encoded, checkingBody: false) } catch {
      throw LogDamage(arrival: arrival, detail: error.description)
    }
  }
}

/// A row of the log that is not what was written there.
struct LogDamage: Error, CustomStringConvertible {
  var arrival: Int64
  var detail: String

  var description: String { "change number \(arrival) of the log: \(detail)" }
}

/// A change with where its ops stand.
private final class DecodedChange {
  let change: Change
  private lazy var positions = Dictionary(
    zip(change.ops.map(\.cell), 0...), uniquingKeysWith: { first, _ in first })

  init(_ change: Change) { self.change = change }

  /// As ``Change/op(in:)``, in one look-up where there are many ops.
  func op(in cell: CellKey) -> Op? {
    guard change.ops.count > 16 else { return change.op(in: cell) }
    if let position = positions[cell] { return change.ops[position] }
    // A create is live in every cell of its record.
    guard let position = positions[CellKey(record: cell.record, field: "")], change.ops[position].action == .create
    else { return nil }
    return change.ops[position]
  }
}

/// Looks changes and ops up in the log. Keeps the changes that it decoded last, so that reading many ops of one change
/// decodes it once.
final class LogReader: OpSource {
  private let db: Database
  private var cache: [Int64: DecodedChange] = [:]
  private var cachedBytes = 0
  /// Where changes stand that were asked for: it never changes.
  private var places: [ChangeID: Place] = [:]
  private var ids: [Int64: ChangeID] = [:]
  /// What is live in cells that were written to with this reader at hand, ascending.
  private var written: [CellKey: [Int64]] = [:]
  /// The creates of records that were asked for.
  private var creates: [Int64: [Int64]] = [:]
  private var authors: [Int64: ReadTransaction.Author] = [:]
  /// The rows of records that were asked for: they never change either.
  private var refs: [RecordKey: Int64] = [:]
  let lastGraph = ProseGraphCache()
  let restated = RestateCache()
  private static let cacheLimit = 4 << 20
  private static let placeLimit = 4096

  init(_ db: Database) { self.db = db }

  /// The place of a change in the log; `nil` where it is not there.
  func arrival(of id: ChangeID) throws -> Int64? { try place(of: id)?.arrival }

  /// A change and everything causally before it that arrived at a place or later.
  func past(of head: Int64, from first: Int64) throws -> Set<Int64> {
    var seen: Set<Int64> = [head]
    var open = [head]
    while let arrival = open.popLast() {
      for id in try change(arrival).prerequisites {
        if let before = try self.arrival(of: id), before >= first, seen.insert(before).inserted { open.append(before) }
      }
    }
    return seen
  }

  /// Where a change stands, and what those that name it take from it.
  struct Place: Equatable {
    var arrival: Int64
    var depth: Int64
    var curator: Int64
    var replica: Int64
    var sequence: Int64
  }

  /// The place of a change; `nil` where it is not there.
  func place(of id: ChangeID) throws -> Place? {
    if let known = places[id] { return known }
    let found = try db.first(
      "SELECT \(Place.columns) FROM change WHERE id = ?", Blob(id.bytes)
    ) { Place($0) }
    if let found { remember(found, of: id) }
    return found
  }

  /// Keeps the place of a change, because it will be asked for.
  func remember(_ place: Place, of id: ChangeID) {
    if places.count >= Self.placeLimit { places.removeAll(keepingCapacity: true) }
    places[id] = place
  }

  func id(of arrival: Int64) throws -> ChangeID {
    if let known = ids[arrival] { return known }
    let blob = try db.one(Blob.self, "SELECT id FROM change WHERE arrival = ?", arrival)
    guard let id = blob.flatMap({ ChangeID($0.bytes) }) else {
      throw LogDamage(arrival: arrival, detail: "it is missing")
    }
    if ids.count >= Self.placeLimit { ids.removeAll(keepingCapacity: true) }
    ids[arrival] = id
    return id
  }

  /// A whole change of the log.
  func logged(_ arrival: Int64) throws -> LoggedChange {
    let sql = "SELECT \(LoggedChange.columns) FROM change WHERE arrival = ?"
    guard let logged = try db.first(sql, arrival, read: LoggedChange.init) else {
      throw LogDamage(arrival: arrival, detail: "it is missing")
    }
    return logged
  }

  func change(_ arrival: Int64) throws -> Change { try decoded(arrival).change }

  private func decoded(_ arrival: Int64) throws -> DecodedChange {
    if let cached = cache[arrival] { return cached }
    let logged = try logged(arrival)
    return keep(DecodedChange(try logged.decoded()), arrival: arrival, byteCount: logged.encoded.byteCount)
  }

  /// Keeps a decoded change, because what it wrote will be read.
  func remember(_ change: Change, arrival: Int64, byteCount: Int) {
    keep(DecodedChange(change), arrival: arrival, byteCount: byteCount)
  }

  @discardableResult
  private func keep(_ change: DecodedChange, arrival: Int64, byteCount: Int) -> DecodedChange {
    cachedBytes += byteCount
    if cachedBytes > Self.cacheLimit {
      cache.removeAll()
      cachedBytes = byteCount
    }
    cache[arrival] = change
    return change
  }

  func recordRef(_ record: RecordKey) throws -> Int64? {
    if let known = refs[record] { return known }
    let found = try db.one(
      Int64.self, "SELECT ref FROM record WHERE id = ? AND kind = ?", Blob(record.id.bytes), Blob(record.kind))
    if refs.count >= Self.placeLimit { refs.removeAll(keepingCapacity: true) }
    refs[record] = found
    return found
  }

  /// Where a change comes from; whether it is sealed may have changed since.
  func author(of arrival: Int64) throws -> ReadTransaction.Author {
    if let known = authors[arrival] { return known }
    let author = try ReadTransaction.Author(arrival, db)
    if authors.count >= Self.placeLimit { authors.removeAll(keepingCapacity: true) }
    authors[arrival] = author
    return author
  }

  func op(of id: ChangeID, in cell: CellKey) throws -> FoundOp? {
    guard let place = try place(of: id) else { return nil }
    let decoded = try decoded(place.arrival)
    return decoded.op(in: cell).map {
      FoundOp(
        op: $0, depth: UInt64(place.depth), replica: decoded.change.replica, sequence: decoded.change.sequence)
    }
  }

  /// The creates of a record, as places in the log, ascending.
  func creates(of ref: Int64) throws -> [Int64] {
    if let known = creates[ref] { return known }
    let first = try db.one(Int64.self, "SELECT change FROM record WHERE ref = ?", ref)
    let later = try db.all(Int64.self, "SELECT change FROM later_op WHERE record = ? AND action = 0", ref)
    let found = [first].compactMap { $0 } + later
    if creates.count >= Self.placeLimit { creates.removeAll(keepingCapacity: true) }
    creates[ref] = found
    return found
  }

  /// Whether a change ranks below another: by causal depth, then by id, the same on every replica.
  func ranks(_ change: Int64, below other: Int64) throws -> Bool {
    let (left, right) = (try id(of: change), try id(of: other))
    return try (place(of: left)?.depth ?? 0, left) < (place(of: right)?.depth ?? 0, right)
  }

  /// The create of a record that ranks lowest, the same on every replica; `nil` where nobody created it yet.
  func firstCreate(of ref: Int64) throws -> (depth: Int64, id: ChangeID, curator: Int64, atMilliseconds: Int64)? {
    try db.first(
      """
      SELECT change.depth, change.id, change.curator, change.at_ms FROM op JOIN change ON change.arrival = op.change
      WHERE op.record = ? AND op.action = 0 ORDER BY change.depth, change.id LIMIT 1
      """, ref
    ) { row in
      ChangeID(row.value(Blob.self, 1)?.bytes ?? []).map {
        (
          depth: row.value(Int64.self, 0) ?? 0, id: $0, curator: row.value(Int64.self, 2) ?? 0,
          atMilliseconds: row.value(Int64.self, 3) ?? 0
        )
      }
    } ?? nil
  }

  /// The changes that wrote to any record of an id, ascending, as places in the log.
  func changes(writing id: RecordID) throws -> [Int64] {
    let refs = try db.all(Int64.self, "SELECT ref FROM record WHERE id = ?", Blob(id.bytes))
    let found = try refs.flatMap { try db.all(Int64.self, "SELECT change FROM op WHERE record = ?", $0) }
    return Set(found).sorted()
  }

  /// The places in the log of the changes live in a cell: those stored, or else the creates of the record.
  func live(in cell: CellKey, ref: Int64) throws -> (arrivals: [Int64], isStored: Bool) {
    if let written = written[cell] { return (written, true) }
    let stored = try db.all(
      Int64.self, "SELECT change FROM live WHERE record = ? AND field = ? AND element = ?", ref, Blob(cell.field),
      Blob(cell.element ?? ""))
    return stored.isEmpty ? (try creates(of: ref), false) : (stored, true)
  }

  /// Takes note of what is live in a cell that is written to: it will be written to, or read, again soon.
  func noteLive(_ arrivals: [Int64], in cell: CellKey) {
    if written.count >= Self.placeLimit { written.removeAll(keepingCapacity: true) }
    written[cell] = arrivals
  }

  /// Brings what was noted of a cell into step with an op that came after all of it.
  func replaceLive(in cell: CellKey, _ superseded: Set<Int64>, by arrival: Int64) {
    if !superseded.isEmpty { written[cell]?.removeAll { superseded.contains($0) } }
    written[cell]?.append(arrival)
  }

  /// Forgets what was noted: a create joined the cells of a record.
  func forgetLive(of ref: Int64) {
    written.removeAll(keepingCapacity: true)
    creates[ref] = nil
  }

  /// The changes live in a cell.
  func live(in cell: CellKey) throws -> [ChangeID] {
    guard let ref = try recordRef(cell.record) else { return [] }
    return try live(in: cell, ref: ref).arrivals.map(id(of:))
  }

  // MARK: - Whole logs

  /// The changes of a log that none in the log follows: one, or several where it forked; ascending.
  ///
  /// - Parameter last: as the log was when this many changes had arrived; all of it where it is not given.
  func tips(of replica: Int64, arrivedBy last: Int64 = .max) throws -> [(arrival: Int64, tip: LogTip)] {
    let forked = try db.one(Int64.self, "SELECT min(sequence) FROM fork WHERE replica = ?", replica)
    // The change before the fork may have been the tip then, or one before that.
    let highest =
      last == .max || forked == nil
      ? nil
      : try db.one(
        Int64.self, "SELECT max(sequence) FROM change WHERE replica = ? AND arrival <= ?", replica, last)
    let found = try db.each(
      """
      SELECT arrival, id, sequence FROM change WHERE replica = ? AND sequence >= ? AND arrival <= ?
      ORDER BY sequence DESC, id LIMIT ?
      """, replica, forked.map { min($0, highest ?? $0) } ?? 0, last, forked == nil ? 1 : -1
    ) { row in
      ChangeID(row.value(Blob.self, 1)?.bytes ?? []).map {
        (arrival: row.value(Int64.self, 0) ?? 0, tip: LogTip(id: $0, sequence: UInt64(row.value(Int64.self, 2) ?? 0)))
      }
    }.compactMap { $0 }
    // Only a forked log has others than the last, and only there the changes have to be read.
    if forked == nil { return found }
    let followed = Set(try found.compactMap { try change($0.arrival).previous })
    return found.filter { !followed.contains($0.tip.id) }.sorted { $0.tip < $1.tip }
  }

  /// The curator in whose name a log was begun.
  func owner(of replica: Int64) throws -> RecordID {
    let first = try db.all(
      Int64.self, "SELECT arrival FROM change WHERE replica = ? AND sequence = 1 ORDER BY id LIMIT 1", replica)
    return try first.first.flatMap { try change($0).curator } ?? RecordID(derivedFrom: .null)
  }
}

extension LogReader.Place {
  /// Reads the ``columns`` of a row, from one of its columns on.
  init(_ row: SQLRow, from first: Int32 = 0) {
    arrival = row.value(Int64.self, first) ?? 0
    depth = row.value(Int64.self, first + 1) ?? 0
    curator = row.value(Int64.self, first + 2) ?? 0
    replica = row.value(Int64.self, first + 3) ?? 0
    sequence = row.value(Int64.self, first + 4) ?? 0
  }

  /// What a statement selects for ``init(_:from:)``.
  static let columns = "arrival, depth, curator, replica, sequence"
}
