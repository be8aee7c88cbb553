import AnnotationStore
import CFaultyDisk
import Foundation

extension World {
  /// An edit, and the machine stops at some step of the disk, or after the commit.
  func writeAndStop() throws {
    let site = pickSite()
    let marks = try site.marks()
    try stopping(site, marks: marks) { try write(site) }
  }

  /// A merge, and the machine that receives stops.
  func mergeAndStop() throws {
    let (here, there) = pickTwo()
    let marks = try here.marks()
    try stopping(here, marks: marks) { try merge(there, into: here, both: false) }
  }

  /// Moves the write-ahead log into the file, and the machine may stop at that.
  func checkpoint() throws {
    let site = pickSite()
    if random.chance(percent: 50) { return try site.store().checkpoint() }
    try stopping(site, marks: try site.marks()) { try site.store().checkpoint() }
  }

  /// Does something while the machine is going to stop, and starts it again: what was acknowledged is there, and the
  /// rest is there as a whole or not at all.
  func stopping(_ site: Site, marks: [(name: String, bytes: Data)], _ body: () throws -> Void) throws {
    // Syncs are few among many writes, so they are aimed at.
    let isAtSync = random.chance(percent: 30)
    let number = 1 + random.below(isAtSync ? 3 : random.chance(percent: 60) ? 12 : 60)
    let losses = [FAULTY_DISK_KEEP, FAULTY_DISK_DROP, FAULTY_DISK_TEAR, FAULTY_DISK_TEAR]
    let stop = Stop(
      number: number, isAtSync: isAtSync, loss: losses[random.below(4)], seed: random.next(),
      losesMarks: random.chance(percent: 50))
    try stopping(site, stop, marks: marks, body)
  }

  /// Where a machine stops, and what is lost with it.
  struct Stop {
    /// The how manyth call to the disk it is.
    var number: Int
    /// Whether only syncs count.
    var isAtSync: Bool
    var loss: faulty_disk_loss
    /// Decides what survives.
    var seed: UInt64
    /// Whether the marks of the keys, which nobody syncs, are lost too.
    var losesMarks: Bool
  }

  /// Does something and stops.
  ///
  /// - Returns: whether the machine stopped before it was done.
  @discardableResult
  func stopping(
    _ site: Site, _ stop: Stop, marks: [(name: String, bytes: Data)], _ body: () throws -> Void
  ) throws -> Bool {
    _ = try site.store()
    let before = site.must
    faulty_disk_arm(UInt64(stop.number), stop.isAtSync ? 2 : 0)
    do { try body() } catch {
      if faulty_disk_stopped() == 0 { throw error }
    }
    let stopped = Int(faulty_disk_stopped())
    tally.count(
      "fault: stopped \(["after the commit", "at a write", "at a sync", "at a truncation", "at a removal"][stopped])")
    closeAll()
    let lost = faulty_disk_restart(stop.loss, stop.seed)
    if stop.loss != FAULTY_DISK_KEEP {
      tally.count("fault: power lost")
      tally.count("writes not synced then", Int(lost))
      for site in sites { try? FileManager.default.removeItem(atPath: site.path + "-shm") }
      if stop.losesMarks { try site.putBack(marks) }
    }
    _ = try site.store()
    try checkKept(site)
    try checkWhole(site, since: before)
    return stopped != 0
  }

  /// After a stop the derived state is what the log says, and the file is intact.
  private func checkWhole(_ site: Site, since before: Set<ChangeID>) throws {
    let new = try site.probe().log().filter { !before.contains($0.id) }
    tally.count(new.isEmpty ? "stops that left the state before" : "stops that left the state after")
    try rebuild(site)
    try require(try site.probe().isIntact(), "site \(site.index): the file is damaged after a stop")
  }

  // MARK: - Copies

  /// Copies a store to another machine, with its keys or without.
  func copy() throws {
    guard sites.count < Self.siteLimit else { return }
    let site = pickSite()
    site.close()
    let snapshot = try site.snapshot(keys: random.chance(percent: 50))
    let other = newSite()
    other.machine.random = SplitMix64(seed: random.next())
    try FileManager.default.createDirectory(atPath: other.directory, withIntermediateDirectories: true)
    try other.restore(snapshot)
    tally.count(snapshot.hasKeys ? "fault: copied with keys" : "fault: copied without keys")
    try checkKept(other)
  }

  /// Keeps what a site is now: a backup by the library, or the files with the keys as of a virtual machine.
  func backup() throws {
    let site = pickSite()
    if random.chance(percent: 50) {
      let path = newPath("backup")
      try site.store().backup(to: path)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      snapshots.append(
        Snapshot(site: site.index, files: [("store.sqlite", bytes)], hasKeys: false, must: try Probe(path).ids()))
    } else {
      site.close()
      snapshots.append(try site.snapshot(keys: true))
    }
    tally.count("backups")
  }

  /// Puts back what was kept: the store alone, or with its keys, as a virtual machine is rolled back.
  func restore(rollingBack: Bool) throws {
    let fitting = snapshots.filter { $0.hasKeys == rollingBack }
    guard !fitting.isEmpty else { return }
    let snapshot = fitting[random.below(fitting.count)]
    let site = sites[snapshot.site]
    try putBack(snapshot, to: site)
    tally.count(rollingBack ? "fault: rolled back with keys" : "fault: restored in place")
    try checkKept(site)
  }

  func putBack(_ snapshot: Snapshot, to site: Site) throws {
    site.close()
    try site.restore(snapshot)
    taken[site.index] = nil
    for name in ["store.sqlite", "store.sqlite-wal"] { faulty_disk_forget("\(site.directory)/\(name)") }
  }
}
