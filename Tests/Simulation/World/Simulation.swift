import Foundation

/// Runs seeds: each is a whole history of machines, faults and healing.
public struct Simulation {
  /// What a seed that failed did.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The seed.
    public let seed: UInt64
    /// The steps that are needed for it to fail; all, where it was not shrunk.
    public let steps: [Step]
    /// What is wrong after those.
    public let reason: String

    /// The seed, the reason and the steps.
    public var description: String {
      "seed \(seed): \(reason)\n  steps: \(steps.map(\.description).joined(separator: " "))"
    }
  }

  private let root: String
  private let withHub: Bool

  /// Works below a directory, best one in memory.
  ///
  /// - Parameters:
  ///   - directory: must exist; what a run makes in it is gone after the run.
  ///   - withHub: lets a hub take part; then a thread waits for tasks, which must not be one of theirs.
  public init(directory: String, withHub: Bool = false) {
    self.withHub = withHub
    root = directory + "/variorum-simulation-\(ProcessInfo.processInfo.processIdentifier)"
  }

  /// A directory in memory where there is one, else that for temporary files.
  public static var fastDirectory: String {
    FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
  }

  /// Runs a seed.
  ///
  /// - Returns: what was seen.
  /// - Throws: ``Failure``.
  public func run(seed: UInt64, shrinks: Bool = true) throws(Failure) -> Tally {
    let steps = Step.plan(seed: seed, withHub: withHub)
    var tally = Tally()
    guard let reason = outcome(seed, steps, &tally) else { return tally }
    guard shrinks else { throw Failure(seed: seed, steps: steps, reason: reason) }
    let needed = shrunk(seed, steps)
    var ignored = Tally()
    throw Failure(seed: seed, steps: needed, reason: outcome(seed, needed, &ignored) ?? reason)
  }

  /// Stops an edit, a merge and a checkpoint at every single call to the disk, and checks what is found each time.
  ///
  /// - Returns: how many stops there were.
  public func sweep(seed: UInt64) throws -> Int {
    let world = try World(seed: seed, root: root)
    defer { world.end() }
    return try world.sweep()
  }

  /// Does steps, heals and checks; `nil` where all is well.
  private func outcome(_ seed: UInt64, _ steps: [Step], _ tally: inout Tally) -> String? {
    var done = "making the stores"
    do {
      let world = try World(seed: seed, root: root)
      defer { world.end() }
      for (index, step) in steps.enumerated() {
        done = "step \(index) (\(step))"
        try world.perform(step)
      }
      done = "healing"
      try world.healAndCheck()
      tally += world.tally
      return nil
    } catch { return "\(done): \(error)" }
  }

  /// Leaves out steps, from halves down to one by one, as long as it still fails.
  private func shrunk(_ seed: UInt64, _ steps: [Step]) -> [Step] {
    var steps = steps
    var size = max(1, steps.count / 2)
    var ignored = Tally()
    while true {
      var start = 0
      var isShorter = false
      while start < steps.count {
        var fewer = steps
        fewer.removeSubrange(start..<min(start + size, steps.count))
        if outcome(seed, fewer, &ignored) != nil {
          steps = fewer
          isShorter = true
        } else {
          start += size
        }
      }
      if size == 1 && !isShorter { return steps }
      size = max(1, size / 2)
    }
  }
}
