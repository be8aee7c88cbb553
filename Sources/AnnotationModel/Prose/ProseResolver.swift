import ProseCRDT

/// Reads prose cells: builds the event graph below some changes, and takes from it what is asked for.
///
/// Costs one look-up for each op that they rest on, down to the creates, or to a version whose text is known.
public struct ProseResolver<Source: OpSource> {
  private let source: Source
  private let cell: CellKey

  private let restatedLimit: Int

  /// Makes a resolver of one cell that looks ops up in `source`.
  public init(_ source: Source, _ cell: CellKey) { self.init(source, cell, restatedLimit: 1 << 26) }

  init(_ source: Source, _ cell: CellKey, restatedLimit: Int) {
    self.source = source
    self.cell = cell
    self.restatedLimit = restatedLimit
  }

  /// How many texts are told as sides; what others wrote beside them is in the merge all the same. They could be as many
  /// as there are changes, and each a text of any length.
  private static var sideLimit: Int { ProseGraph.agreeingLimit }
  /// How many scalars all sides may have together to be compared word by word.
  private static var comparedScalars: Int { 1 << 24 }

  /// What these changes say together, as live ops or as what some op superseded.
  ///
  /// - Parameter known: a version whose text need not be looked up, where everything after it is one line of edits.
  public func reading(_ live: [ChangeID], knowing known: KnownText? = nil) throws -> ProseReading {
    let graph: ProseGraph
    switch try self.graph(below: live, knowing: known) {
    case .merged(let merged): graph = merged
    case .plain(let shown, let ops): return plainReading(live, shown, ops)
    }
    let effective = graph.ops.effective(live).sorted { graph.ops.ranksBelow($1, $0) }
    var versions: [ChangeID: EventGraph.Version] = [:]
    var left = Self.sideLimit
    let ops = effective.prefix(Self.sideLimit).map { change in
      let own = self.sides(of: change, graph, atMost: left)
      left -= own.count
      versions.merge(own.map { ($0.text.change, $0.version) }) { first, _ in first }
      return graph.ops.liveOp(change, says: own.map(\.text))
    }
    let sides = RegisterReading(ops, isDerived: cell.record.isDerived)
    let (version, shown) = (graph.version(of: live), graph.shownVersion(of: live))
    let versionText = graph.graph.text(at: version)
    let text = shown == version ? versionText : graph.graph.text(at: shown)
    var reading = ProseReading(
      sides: sides, text: graph.ops.saysText(live) ? text : nil, versionText: versionText, contentions: [])
    if sides.candidates.count > 1 {
      // What is not told as a side is compared with each of them.
      let rest = graph.graph.joined(effective.dropFirst(Self.sideLimit).map { graph.version(of: $0) })
      let compared = sides.candidates.map { versions[$0.authored.change] ?? [] }
      reading.contentions = contentions(sides, compared, and: rest, shown: text, graph)
    }
    return reading
  }

  /// The text of exactly these changes, which the splices of an op that supersedes them are against: what ``reading(_:knowing:)``
  /// has as `versionText`, without its comparison of the sides.
  public func versionText(of changes: [ChangeID]) throws -> String {
    switch try graph(below: changes, knowing: nil) {
    case .merged(let graph): return graph.graph.text(at: graph.version(of: changes))
    case .plain(let shown, _): return shown?.value.text ?? ""
    }
  }

  private func contentions(
    _ sides: RegisterReading, _ versions: [EventGraph.Version], and rest: EventGraph.Version, shown text: String,
    _ graph: ProseGraph
  ) -> [ProseContention] {
    let whole = [
      ProseContention(
        whole: text,
        of: sides.candidates.enumerated().map {
          ProseContention.Side(index: $0, text: $1.authored.value.text ?? "")
        })
    ]
    if versions.count * text.utf8.count > Self.comparedScalars { return whole }
    let found = contentions(among: versions, and: rest, graph)
    if found.isEmpty { return decideApart(sides, graph) ? whole : [] }
    // Where a live op brings back several that were merged, the merge of the sides may be another than what is shown,
    // and its words stand elsewhere.
    let merged = graph.graph.text(at: graph.graph.joined(versions + [rest]))
    return merged.utf8.elementsEqual(text.utf8) ? found : whole
  }

  /// What is said where the texts cannot be merged: the highest stands for all, and somebody has to look.
  private func plainReading(_ live: [ChangeID], _ shown: AuthoredValue?, _ ops: ProseOps) -> ProseReading {
    let text = shown?.value.text ?? ""
    let sides = shown.map { [ops.liveOp($0.change, says: [$0])] } ?? []
    // Where nobody gave the cell a text there is nothing to look at.
    let isAlone = shown == nil || ops.effective(live).count < 2
    return ProseReading(
      sides: RegisterReading(sides, isDerived: cell.record.isDerived), text: shown?.value.text, versionText: text,
      contentions: isAlone ? [] : [ProseContention(whole: text, of: [ProseContention.Side(index: 0, text: text)])])
  }

  /// The words of the text that these changes say together, each with the change that wrote it last.
  public func attribution(of live: [ChangeID]) throws -> [AttributedText] {
    let graph: ProseGraph
    switch try self.graph(below: live, knowing: nil) {
    case .merged(let merged): graph = merged
    case .plain(let shown, _):
      return shown.map { [AttributedText(text: $0.value.text ?? "", change: $0.change)] } ?? []
    }
    var pieces: [AttributedText] = []
    for run in graph.graph.layout(of: [graph.shownVersion(of: live)], attributed: true) where run.visibility & 1 != 0 {
      guard let events = run.events else { continue }
      for (scalar, event) in zip(run.text.unicodeScalars, events) {
        guard let writer = graph.writer(of: event) else { continue }
        if pieces.last?.change == writer {
          pieces[pieces.count - 1].text.unicodeScalars.append(scalar)
        } else {
          pieces.append(AttributedText(text: String(scalar), change: writer))
        }
      }
    }
    return AttributedText.byWord(pieces) { graph.ops.ranksBelow($0, $1) }
  }

  // MARK: - The graph

  /// What some changes rest on.
  private enum Built {
    /// All of it in one graph.
    case merged(ProseGraph)
    /// It is beyond reach to merge it: the text shown, and the ops.
    case plain(AuthoredValue?, ProseOps)
  }

  private func graph(below live: [ChangeID], knowing known: KnownText?) throws -> Built {
    let blank = ProseGraph(ProseOps(isDerived: cell.record.isDerived), restatedLimit: restatedLimit)
    if let known, let line = try line(from: live, to: known.change), let base = line.last {
      var graph = blank
      graph.begin(base.found, of: base.change, text: known.text)
      for op in line.dropLast().reversed() { graph.ops.add(op.found, of: op.change, in: cell) }
      // Whatever it was made from: of a text that is shown, an edit shows that text, edited, even where both together
      // are beyond reach.
      if graph.reach(live) { return .merged(graph) }
    }
    var graph = blank
    // Taken out while it grows, so that it is not copied.
    if let kept = source.lastGraph.kept, kept.cell == cell { graph = kept.graph }
    source.lastGraph.kept = nil
    try lookUp(live, &graph.ops)
    let isMerged = graph.reach(live)
    let shown = isMerged ? nil : graph.plainText(of: live)
    source.lastGraph.kept = (cell, graph)
    return isMerged ? .merged(graph) : .plain(shown, graph.ops)
  }

  /// Adds what some changes rest on.
  private func lookUp(_ changes: [ChangeID], _ ops: inout ProseOps) throws {
    var found: [ChangeID: FoundOp] = [:]
    var open = changes
    while let next = open.popLast() {
      guard found[next] == nil, !ops.knows(next), let op = try source.op(of: next, in: cell) else { continue }
      found[next] = op
      open += op.op.supersedes
      if case .restates(let earlier) = op.op.payload { open += earlier }
    }
    // What an op rests on has a smaller depth.
    let ordered = found.sorted { ($0.value.depth, $0.key) < ($1.value.depth, $1.key) }
    for (change, op) in ordered { ops.add(op, of: change, in: cell) }
  }

  private typealias Located = (change: ChangeID, found: FoundOp)

  /// The edits that lead from one version to the live one, the last first and that version at the end; `nil` where they
  /// are no single line of splices.
  private func line(from live: [ChangeID], to known: ChangeID) throws -> [Located]? {
    guard var next = live.first, live.count == 1 else { return nil }
    var ops: [Located] = []
    while let found = try source.op(of: next, in: cell) {
      ops.append((next, found))
      if next == known { return found.op.action.isKnown ? ops : nil }
      guard case .splices = found.op.payload, found.op.supersedes.count == 1 else { return nil }
      next = found.op.supersedes[0]
    }
    return nil
  }

  // MARK: - Sides

  /// A text that stands for itself in the merge, as its author left it.
  private typealias Side = (text: AuthoredValue, version: EventGraph.Version)

  /// The sides that a live op stands for: its own text, or that of the change which it restates; where it brings several
  /// back that were merged, as the undo of a decision does, each of these.
  private func sides(of change: ChangeID, _ graph: ProseGraph, atMost limit: Int) -> [Side] {
    var sides: [Side] = []
    var open = [change]
    var seen: Set<ChangeID> = [change]
    while let next = open.popLast(), sides.count < limit {
      let version = graph.version(of: next)
      var writer = next
      var earlier = graph.ops.restated(by: next)
      while let one = earlier, one.count == 1, seen.insert(one[0]).inserted {
        writer = one[0]
        earlier = graph.ops.restated(by: writer)
      }
      if let earlier {
        open += earlier.sorted(by: graph.ops.ranksBelow).filter { seen.insert($0).inserted }
      } else if graph.ops.saysText([writer]) {
        let value = CBORValue.text(graph.graph.text(at: version))
        sides.append((AuthoredValue(value: value, change: writer, isErased: graph.ops.isErased(writer)), version))
      }
    }
    return sides
  }

  /// Whether two decided the same conflict apart and otherwise: one took a side, another took another or the merge.
  private func decideApart(_ sides: RegisterReading, _ graph: ProseGraph) -> Bool {
    let decisions = sides.candidates.compactMap { $0.carriers.compactMap(graph.ops.decision).first }
    return decisions.count > 1 && decisions.contains { $0 == .restate }
  }

  /// Where each side changed the same words as any of the others.
  private func contentions(
    among versions: [EventGraph.Version], and rest: EventGraph.Version, _ graph: ProseGraph
  ) -> [ProseContention] {
    var found: [ProseContention] = []
    // Of two sides one look is enough.
    let areTwo = versions.count == 2 && rest.isEmpty
    for index in areTwo ? 0..<1 : versions.indices {
      let others = graph.graph.joined(versions.enumerated().filter { $0.offset != index }.map(\.element) + [rest])
      let base = graph.graph.common(versions[index], others)
      let runs = graph.graph.layout(of: [base, versions[index], others], attributed: false).compactMap { run in
        run.visibility == 0
          ? nil
          : SidedRun(
            text: run.text, isInBase: run.visibility & 1 != 0, isInFirst: run.visibility & 2 != 0,
            isInSecond: run.visibility & 4 != 0)
      }
      for contention in MergeOverlap.contentions(in: runs) {
        var sides = [ProseContention.Side(index: index, text: contention.first, range: contention.firstRange)]
        if areTwo {
          sides.append(ProseContention.Side(index: 1, text: contention.second, range: contention.secondRange))
        }
        found.append(
          ProseContention(
            base: contention.base, baseRange: contention.baseRange, sides: sides, merged: contention.merged,
            range: contention.mergedRange))
      }
    }
    return ProseContention.united(found)
  }
}

extension ProseContention {
  /// All of a text, where it is not told which words.
  fileprivate init(whole text: String, of sides: [Side]) {
    self.init(base: "", sides: sides, merged: text, range: 0..<text.unicodeScalars.count)
  }

  /// Joins those that overlap in the merged text; in the order of the text.
  fileprivate static func united(_ all: [ProseContention]) -> [ProseContention] {
    var united: [ProseContention] = []
    for next in all.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard let last = united.last, next.range.lowerBound < last.range.upperBound || next.range == last.range else {
        united.append(next)
        continue
      }
      var wider = last.range.count >= next.range.count ? last : next
      let narrower = wider == last ? next : last
      let known = Set(wider.sides.map(\.index))
      wider.sides = (wider.sides + narrower.sides.filter { !known.contains($0.index) }).sorted { $0.index < $1.index }
      united[united.count - 1] = wider
    }
    return united
  }
}
