import AnnotationModel
import GRDB

/// A change as it stands in the log.
struct LoggedChange {
  var arrival: Int64
  var id: ChangeID
  var depth: UInt64
  var curator: Int64
  var batch: Int64
  var seal: Seal?
  var encoded: EncodedChange

  /// Reads a row of ``columns``.
  init(_ row: SQLRow) throws {
    arrival = row.value(Int64.self, 0) ?? 0
    depth = UInt64(row.value(Int64.self, 2) ?? 0)
    curator = row.value(Int64.self, 3) ?? 0
    batch = row.value(Int64.self, 4) ?? 0
    encoded = EncodedChange(header: row.value(Blob.self, 5)?.bytes ?? [], body: row.value(Blob.self, 6)?.bytes)
    seal = row.value(Blob.self, 7).flatMap { Seal($0.bytes) }
    guard let id = row.value(Blob.self, 1).flatMap({ ChangeID($0.bytes) }) else {
      throw LogDamage(arrival: arrival, detail: "its id is not 32 bytes")
    }
    self.id = id
  }

  /// What a statement selects for ``init(_:)``.
  static let columns = "arrival, id, depth, curator, batch, header, body, seal"

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

/// Looks changes and ops up in the log. Keeps the changes that it decoded last, so that reading many ops of one change
/// decodes it once.
final class LogReader: OpSource {
  private let db: Database
  private var cache: [Int64: Change] = [:]
  private var cachedBytes = 0
  private static let cacheLimit = 4 << 20

  init(_ db: Database) { self.db = db }

  /// The place of a change in the log; `nil` where it is not there.
  func arrival(of id: ChangeID) throws -> Int64? {
    try db.one(Int64.self, "SELECT arrival FROM change WHERE id = ?", Blob(id.bytes))
  }

  /// Where a change stands, and what those that name it take from it.
  struct Place {
    var arrival: Int64
    var depth: Int64
    var curator: Int64
  }

  /// The place of a change; `nil` where it is not there.
  func place(of id: ChangeID) throws -> Place? {
    try db.first("SELECT arrival, depth, curator FROM change WHERE id = ?", Blob(id.bytes)) {
      Place(
        arrival: $0.value(Int64.self, 0) ?? 0, depth: $0.value(Int64.self, 1) ?? 0,
        curator: $0.value(Int64.self, 2) ?? 0)
    }
  }

  func id(of arrival: Int64) throws -> ChangeID {
    let blob = try db.one(Blob.self, "SELECT id FROM change WHERE arrival = ?", arrival)
    guard let id = blob.flatMap({ ChangeID($0.bytes) }) else {
      throw LogDamage(arrival: arrival, detail: "it is missing")
    }
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

  func change(_ arrival: Int64) throws -> Change {
    if let cached = cache[arrival] { return cached }
    let logged = try logged(arrival)
    let change = try logged.decoded()
    cachedBytes += logged.encoded.byteCount
    if cachedBytes > Self.cacheLimit {
      cache.removeAll()
      cachedBytes = logged.encoded.byteCount
    }
    cache[arrival] = change
    return change
  }

  func recordRef(_ record: RecordKey) throws -> Int64? {
    try db.one(
      Int64.self, "SELECT ref FROM record WHERE id = ? AND kind = ?", Blob(record.id.bytes), Blob(record.kind))
  }

  func op(of id: ChangeID, in cell: CellKey) throws -> (op: Op, depth: UInt64)? {
    guard let place = try place(of: id) else { return nil }
    guard let ref = try recordRef(cell.record) else { return nil }
    let position = try db.one(
      Int.self,
      """
      SELECT position FROM op
      WHERE record = ? AND change = ? AND (field = ? AND element = ? OR action = 0)
      """, ref, place.arrival, Blob(cell.field), Blob(cell.element ?? ""))
    guard let position else { return nil }
    let ops = try change(place.arrival).ops
    guard ops.indices.contains(position) else { return nil }
    return (ops[position], UInt64(place.depth))
  }

  /// The creates of a record, as places in the log.
  func creates(of ref: Int64) throws -> [Int64] {
    try db.all(Int64.self, "SELECT change FROM op WHERE record = ? AND action = 0", ref)
  }

  /// The places in the log of the changes live in a cell: those stored, or else the creates of the record.
  func live(in cell: CellKey, ref: Int64) throws -> (arrivals: [Int64], isStored: Bool) {
    let stored = try db.all(
      Int64.self, "SELECT change FROM live WHERE record = ? AND field = ? AND element = ?", ref, Blob(cell.field),
      Blob(cell.element ?? ""))
    return stored.isEmpty ? (try creates(of: ref), false) : (stored, true)
  }

  /// The changes live in a cell.
  func live(in cell: CellKey) throws -> [ChangeID] {
    guard let ref = try recordRef(cell.record) else { return [] }
    return try live(in: cell, ref: ref).arrivals.map(id(of:))
  }
}
