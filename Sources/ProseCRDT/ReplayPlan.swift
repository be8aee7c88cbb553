/// What has to be replayed to make a text, in order: parts between critical versions.
///
/// A version of one event is critical where every other event that is replayed is in its past or has it in its own:
/// there nothing before has to be known but the text.
struct ReplayPlan {
  /// A linear stretch of events, or a part of one up to where another forks off or a version asked for ends.
  typealias Piece = Range<Int>

  /// Pieces between two critical versions.
  struct Part {
    var pieces: Range<Int>
    /// It is one piece, of which each event is a critical version.
    var isLinear: Bool
  }

  /// The last critical version before all that is replayed, or the empty text.
  private(set) var base: EventGraph.Version = []
  /// Ascending.
  private(set) var pieces: [Piece] = []
  /// Ascending.
  private(set) var parts: [Part] = []

  /// How far back a plan goes, and what is one part of it.
  enum Extent {
    /// Everything, in parts between critical versions.
    case everything
    /// Everything, as one part that is not linear.
    case undivided
    /// Back to the last critical version common to all, as one part that is not linear.
    case concurrent
  }

  init(_ graph: EventGraph, versions: [EventGraph.Version], extent: Extent) {
    var walk = PastWalk(graph)
    for event in versions.joined() { walk.push(event) }
    // What starts in the empty text has no event before it in common with anything else.
    var isRooted = versions.contains { $0.isEmpty }
    var open = 0
    while let mark = walk.pop() {
      let isCritical = walk.isEmpty && !isRooted
      if isCritical, extent == .concurrent {
        base = [mark.number]
        break
      }
      let start = walk.descend(from: mark.number)
      if isCritical, extent == .everything {
        if pieces.count > open { parts.append(Part(pieces: open..<pieces.count, isLinear: false)) }
        parts.append(Part(pieces: pieces.count..<pieces.count + 1, isLinear: true))
        open = pieces.count + 1
      } else if graph.hasNoParent(start) {
        isRooted = true
      }
      pieces.append(start..<mark.number + 1)
    }
    if pieces.count > open { parts.append(Part(pieces: open..<pieces.count, isLinear: false)) }
    pieces.reverse()
    parts.reverse()
    for index in parts.indices {
      let range = parts[index].pieces
      parts[index].pieces = pieces.count - range.upperBound..<pieces.count - range.lowerBound
    }
  }
}

extension EventGraph {
  /// Whether `event` is the first of a stretch and was made in the empty text.
  func hasNoParent(_ event: Int) -> Bool {
    let index = stretchIndex(of: event)
    return stretches[index].start == event && parents(ofStretch: index).isEmpty
  }
}
