/// A run of events, each against the text after the one before it.
struct EventRun: Sendable {
  /// What its events do, where the event at offset `i` of the run acts, and on what.
  enum Kind: UInt8, Sendable {
    /// Each puts a scalar after the one before: at `position + i`.
    case insertion
    /// All delete at `position`.
    case forwardDeletion
    /// Each deletes before the one before: at `position - i`.
    case backwardDeletion
  }

  /// The number of its first event; it ends where the next run starts.
  var start: Int
  /// Where its first event acts.
  var position: Int32
  /// How many scalars had been inserted before it, in the log: where its own start in the buffer.
  var scalars: Int32
  /// The bound of the length of the text before it.
  var bound: Int32
  var kind: Kind
}

/// What all events do, run-length encoded, as it happened.
///
/// The length of a text is known without a walk only where nothing is concurrent, so each run has a bound of it: the
/// length itself in a linear history; where versions join, the sum of theirs, of which the length is never more. A
/// position or count beyond the bound is clamped when it is appended, so that a stated count costs nothing and takes
/// no numbers; one beyond the length only is clamped by the walk, and the events of a deletion beyond the end delete
/// nothing. Clamping first to the bound and then to the length gives the same as clamping to the length at once. The
/// bound depends on the graph alone and is therefore the same on every replica.
struct EventLog: Sendable {
  private(set) var runs: [EventRun] = []
  private(set) var scalars: [Unicode.Scalar] = []
  /// How many events there are.
  private(set) var end = 0

  /// The bound of the length of the text at a version. No text has 2^31 scalars.
  func bound(at version: EventGraph.Version) -> Int {
    var bound = 0
    for event in version { bound = min(bound + self.bound(after: event), Int(Int32.max)) }
    return bound
  }

  private func bound(after event: Int) -> Int {
    let run = runs[runIndex(of: event)]
    let count = event + 1 - run.start
    return run.kind == .insertion ? min(Int(run.bound) + count, Int(Int32.max)) : max(Int(run.bound) - count, 0)
  }

  /// Appends a deletion and then an insertion at `position` of a text of at most `bound` scalars, within that bound;
  /// returns how many scalars are inserted.
  ///
  /// `isContinued`: the event before it in the log is its one parent.
  mutating func append(at position: Int, deleted: Int, inserted: String, bound: Int, isContinued: Bool) -> Int {
    if deleted > 0 { appendDeletion(at: position, count: deleted, bound: bound, isContinued: isContinued) }
    let before = scalars.count
    for scalar in inserted.unicodeScalars { scalars.append(scalar) }
    let count = scalars.count - before
    if count > 0 {
      appendInsertion(
        at: position, count: count, bound: bound - deleted, isContinued: isContinued || deleted > 0)
    }
    return count
  }

  private mutating func appendDeletion(at position: Int, count: Int, bound: Int, isContinued: Bool) {
    if isContinued, let last = runs.last, last.kind != .insertion {
      let length = end - last.start
      if last.kind == .forwardDeletion, last.position == position {
        end += count
        return
      }
      let isBackward = last.kind == .backwardDeletion || length == 1
      if isBackward, count == 1, Int(last.position) - length == position {
        runs[runs.count - 1].kind = .backwardDeletion
        end += 1
        return
      }
    }
    runs.append(run(.forwardDeletion, at: position, scalars: scalars.count, bound: bound))
    end += count
  }

  private mutating func appendInsertion(at position: Int, count: Int, bound: Int, isContinued: Bool) {
    if isContinued, let last = runs.last, last.kind == .insertion, Int(last.position) + end - last.start == position {
      end += count
      return
    }
    runs.append(run(.insertion, at: position, scalars: scalars.count - count, bound: bound))
    end += count
  }

  private func run(_ kind: EventRun.Kind, at position: Int, scalars: Int, bound: Int) -> EventRun {
    EventRun(
      start: end, position: Int32(clamping: position), scalars: Int32(scalars), bound: Int32(clamping: bound),
      kind: kind)
  }

  /// The index of the run that `event` is in.
  func runIndex(of event: Int) -> Int {
    if let last = runs.last, last.start <= event { return runs.count - 1 }
    return runs.partitionPoint { $0.start > event } - 1
  }

  /// How many scalars the events before `event` insert.
  func scalarCount(before event: Int) -> Int {
    guard event < end else { return scalars.count }
    let run = runs[runIndex(of: event)]
    return Int(run.scalars) + (run.kind == .insertion ? event - run.start : 0)
  }

  /// The event that inserted the scalar at `index` of the buffer.
  func event(inserting index: Int) -> Int {
    // The last run that starts at or before it is the insertion: a deletion has the number of scalars of the next run.
    let run = runs[runs.partitionPoint { $0.scalars > index } - 1]
    return run.start + index - Int(run.scalars)
  }

  /// Visits what `events` do, in their order: what each run of them does, where, its count, and the first of its
  /// scalars.
  ///
  /// A deletion is given by its lowest position: that its events went backwards does not change which scalars go.
  func forEachEdit(
    in events: Range<Int>, _ visit: (_ isInsertion: Bool, _ position: Int, _ count: Int, _ scalar: Int) -> Void
  ) {
    guard !events.isEmpty else { return }
    var index = runIndex(of: events.lowerBound)
    var event = events.lowerBound
    while event < events.upperBound {
      let run = runs[index]
      let runEnd = index + 1 < runs.count ? runs[index + 1].start : end
      let (from, to) = (event - run.start, min(runEnd, events.upperBound) - run.start)
      switch run.kind {
      case .insertion: visit(true, Int(run.position) + from, to - from, Int(run.scalars) + from)
      case .forwardDeletion: visit(false, Int(run.position), to - from, 0)
      case .backwardDeletion: visit(false, Int(run.position) - to + 1, to - from, 0)
      }
      event = run.start + to
      index += 1
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index at which `isAfter` holds, which must hold for all that follow; the end where it never does.
  func partitionPoint(_ isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
