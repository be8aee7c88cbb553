/// A run of a replica's log as a pack states it (Schema/pack.md, "Runs").
struct PackRun {
  let replica: ReplicaID
  /// The change before the run's first one; `nil` where that is the first of the log.
  let after: (id: ChangeID, sequence: UInt64)?
  /// How many changes there are.
  var count: UInt64 = 0
  /// The seals, each with the number of changes up to the sealed one; the last closes the run.
  var seals: [(end: UInt64, seal: Seal)] = []

  init(replica: ReplicaID, after: (id: ChangeID, sequence: UInt64)?) {
    self.replica = replica
    self.after = after
  }

  /// Writes the run and its seals.
  func write(to streams: inout [[UInt8]]) {
    streams[PackStream.runs] += replica.bytes
    streams[PackStream.runs].append(packNumber: after?.sequence ?? 0)
    if let after { streams[PackStream.runs] += after.id.bytes }
    streams[PackStream.runs].append(packNumber: UInt64(seals.count))
    var start: UInt64 = 0
    for (end, seal) in seals {
      streams[PackStream.runs].append(packNumber: end - start)
      streams[PackStream.seals] += seal.bytes
      start = end
    }
  }

  /// Reads all runs; none has more changes than the stream of shapes has bytes.
  static func readAll(_ streams: inout PackStreamReader) throws(PackError) -> [PackRun] {
    var runs: [PackRun] = []
    while !streams.isAtEnd(PackStream.runs) { runs.append(try PackRun(reading: &streams)) }
    return runs
  }

  private init(reading streams: inout PackStreamReader) throws(PackError) {
    let start = streams.offset(PackStream.runs)
    func malformed(_ what: String) -> PackError { .contents(offset: start, what) }
    guard let replica = ReplicaID(try streams.bytes(PackStream.runs, count: 32)) else {
      throw malformed("a run has no replica")
    }
    self.replica = replica
    let sequence = try streams.number(PackStream.runs)
    guard sequence < UInt64(Limits.integer) else { throw malformed("a sequence number is out of range") }
    if sequence > 0, let id = ChangeID(try streams.bytes(PackStream.runs, count: 32)) {
      after = (id, sequence)
    } else {
      after = nil
    }
    let sealCount = try streams.number(PackStream.runs)
    guard sealCount > 0 else { throw malformed("a run has no seal") }
    for _ in 0..<sealCount {
      let added = try streams.number(PackStream.runs)
      guard added > 0, added <= UInt64(streams.contents.count) else { throw malformed("a seal closes no change") }
      count += added
      guard let seal = Seal(try streams.bytes(PackStream.seals, count: 64)) else { throw malformed("no seal") }
      seals.append((count, seal))
    }
  }
}
