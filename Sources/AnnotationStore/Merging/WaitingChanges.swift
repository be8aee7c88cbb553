import AnnotationModel
import GRDB

/// Changes that came before something that they name: checked already, kept on disk until that has come.
struct WaitingChanges {
  /// A change that waits.
  struct Waiting {
    var id: ChangeID
    var encoded: EncodedChange
    var seal: Seal?
  }

  /// How many changes of one log may wait. Who sends more than that sends in the wrong order.
  static let limitOfLog = 10_000

  private let db: Database

  init(_ db: Database) { self.db = db }

  func contains(_ id: ChangeID) throws -> Bool {
    try db.one(Int.self, "SELECT 1 FROM waiting WHERE id = ?", Blob(id.bytes)) != nil
  }

  func count() throws -> Int { try db.one(Int.self, "SELECT count(*) FROM waiting") ?? 0 }

  func count(of replica: ReplicaID) throws -> Int {
    try db.one(Int.self, "SELECT count(*) FROM waiting WHERE replica = ?", Blob(replica.bytes)) ?? 0
  }

  /// Lets a change wait for `missing`, which is not empty.
  func insert(_ change: Change, _ waiting: Waiting, missing: [ChangeID]) throws {
    try db.run(
      "INSERT INTO waiting (id, replica, sequence, previous, header, body, seal) VALUES (?, ?, ?, ?, ?, ?, ?)",
      Blob(waiting.id.bytes), Blob(change.replica.bytes), Int64(change.sequence),
      (change.previous?.bytes).map(Blob.init), Blob(waiting.encoded.header), waiting.encoded.body.map(Blob.init),
      (waiting.seal?.bytes).map(Blob.init))
    let number = db.lastInsertedRowID
    for id in missing {
      try db.run("INSERT INTO waiting_for (missing, waiting) VALUES (?, ?)", Blob(id.bytes), number)
    }
  }

  /// Notes that `id` was applied.
  ///
  /// - Returns: the numbers of what waited for nothing else, in order of arrival; the caller takes each out.
  func released(by id: ChangeID) throws -> [Int64] {
    let numbers = try db.all(
      Int64.self, "SELECT waiting FROM waiting_for WHERE missing = ? ORDER BY waiting", Blob(id.bytes))
    if numbers.isEmpty { return [] }
    try db.run("DELETE FROM waiting_for WHERE missing = ?", Blob(id.bytes))
    return try numbers.filter { number in
      try db.one(Int.self, "SELECT 1 FROM waiting_for WHERE waiting = ? LIMIT 1", number) == nil
    }
  }

  /// Takes out all that waits for `id`, directly or not: it will never be applied.
  ///
  /// - Returns: what that was.
  func drop(waitingFor id: ChangeID) throws -> [ChangeID] {
    var dropped: [ChangeID] = []
    var open = [id]
    while let next = open.popLast() {
      let numbers = try db.all(Int64.self, "SELECT waiting FROM waiting_for WHERE missing = ?", Blob(next.bytes))
      for number in numbers {
        try db.run("DELETE FROM waiting_for WHERE waiting = ?", number)
        guard let waiting = try take(number) else { continue }
        dropped.append(waiting.id)
        open.append(waiting.id)
      }
    }
    return dropped
  }

  /// Takes a change out by its number.
  func take(_ number: Int64) throws -> Waiting? {
    let found = try waiting(number)
    try db.run("DELETE FROM waiting WHERE number = ?", number)
    return found
  }

  /// A waiting change by its number.
  func waiting(_ number: Int64) throws -> Waiting? {
    try db.first("SELECT id, header, body, seal FROM waiting WHERE number = ?", number) { row in
      ChangeID(row.value(Blob.self, 0)?.bytes ?? []).map { id in
        Waiting(
          id: id,
          encoded: EncodedChange(header: row.value(Blob.self, 1)?.bytes ?? [], body: row.value(Blob.self, 2)?.bytes),
          seal: row.value(Blob.self, 3).flatMap { Seal($0.bytes) })
      }
    } ?? nil
  }

  /// A waiting change by its place in its log.
  struct Place {
    var number: Int64
    var replica: ReplicaID
    var tip: LogTip
    var previous: ChangeID?

    /// Puts the change in the place of the one before it among the tips of its log.
    func extend(_ tips: inout [LogTip]) {
      tips.removeAll { $0.id == previous }
      tips.append(tip)
    }

    fileprivate static let columns = "number, id, replica, sequence, previous"

    fileprivate init?(_ row: SQLRow) {
      guard let id = ChangeID(row.value(Blob.self, 1)?.bytes ?? []),
        let replica = ReplicaID(row.value(Blob.self, 2)?.bytes ?? [])
      else { return nil }
      number = row.value(Int64.self, 0) ?? 0
      self.replica = replica
      tip = LogTip(id: id, sequence: UInt64(row.value(Int64.self, 3) ?? 0))
      previous = row.value(Blob.self, 4).flatMap { ChangeID($0.bytes) }
    }
  }

  /// The place of a waiting change; `nil` where it does not wait.
  func place(of id: ChangeID) throws -> Place? {
    try db.first("SELECT \(Place.columns) FROM waiting WHERE id = ?", Blob(id.bytes), read: Place.init) ?? nil
  }

  /// The waiting changes of which everything before them in their log is here, applied or waiting; ascending.
  ///
  /// What came beyond a gap is kept too, but must not be counted as had, or nobody would send what is missing.
  ///
  /// - Parameter replica: only those of its log.
  func withoutGap(of replica: ReplicaID? = nil) throws -> [Place] {
    var had = Set<ChangeID>()
    let log = LogReader(db)
    let all = try db.each(
      "SELECT \(Place.columns) FROM waiting WHERE ?1 IS NULL OR replica = ?1 ORDER BY sequence, id",
      (replica?.bytes).map(Blob.init), read: Place.init)
    return try all.compactMap { $0 }.filter { place in
      let isHad = try place.previous.map { try had.contains($0) || log.arrival(of: $0) != nil } ?? true
      if isHad { had.insert(place.tip.id) }
      return isHad
    }
  }
}
