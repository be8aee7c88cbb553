import AnnotationStore
import CFaultyDisk

extension World {
  /// Stops an edit, a merge and a checkpoint at every single call to the disk, with each sort of loss; the same edit and
  /// merge each time.
  ///
  /// - Returns: how many stops there were.
  func sweep() throws -> Int {
    for number in 0..<24 {
      random = SplitMix64(seed: random.next())
      if number % 6 == 5 { try merge() } else { try write(pickSite()) }
    }
    let (here, there) = pickTwo()
    try write(there)
    let seed = random.next()
    var stops = 0
    stops += try sweep(here) {
      self.random = SplitMix64(seed: seed)
      try self.write(here)
    }
    stops += try sweep(here) { try self.merge(there, into: here, both: false) }
    try write(here)
    stops += try sweep(here) { try here.store().checkpoint() }
    try healAndCheck()
    return stops
  }

  private func sweep(_ site: Site, _ body: () throws -> Void) throws -> Int {
    var stops = 0
    for loss in [FAULTY_DISK_KEEP, FAULTY_DISK_DROP, FAULTY_DISK_TEAR] {
      var number = 1
      while true {
        site.close()
        let before = try site.snapshot(keys: true)
        let stop = Stop(number: number, isAtSync: false, loss: loss, seed: UInt64(number), losesMarks: number % 2 == 0)
        let hasStopped = try stopping(site, stop, marks: try site.marks(), body)
        try putBack(before, to: site)
        if !hasStopped { break }
        stops += 1
        number += 1
      }
    }
    return stops
  }
}
