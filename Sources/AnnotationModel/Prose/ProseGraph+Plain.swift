import ProseCRDT

extension ProseGraph {
  /// The text that these changes say where to merge all of it is beyond reach: that of the highest, its edits applied to
  /// that of what it superseded, which is merged where that is within reach, else that of the highest of these, and so
  /// on; `nil` where nobody gave the cell a text.
  ///
  /// So it depends on nothing but the ops that they rest on, and an edit of a text that is shown shows that text, edited.
  mutating func plainText(of changes: [ChangeID]) -> AuthoredValue? {
    guard let shown = ops.highestText(of: changes) else { return nil }
    var edits: [Op.TextEdits] = []
    var levels: [Level] = []
    var base = ""
    var next: ChangeID? = shown
    // What an op rests on has a smaller depth, so this ends.
    while let change = next, let op = ops.op(of: change) {
      next = nil
      switch op.payload {
      case .create: base = ops.createdText(of: change) ?? ""
      case .value(let value): base = value.value.text ?? ""
      case .splices:
        edits.append(op.textEdits)
        levels.append(Level(changes: op.supersedes, isRestated: false, edits: edits.count))
        next = ops.highestText(of: op.supersedes)
      case .restates(let earlier):
        levels.append(Level(changes: earlier, isRestated: true, edits: edits.count))
        next = ops.highestText(of: earlier)
      default: break
      }
    }
    if let level = highestWithinReach(levels) {
      base = graph.text(at: level.isRestated ? shownVersion(of: level.changes) : version(of: level.changes))
      edits = Array(edits.prefix(level.edits))
    }
    var line = EventGraph()
    let order = EventOrder(replica: [], sequence: 0, change: [])
    let whole = TextSplice(position: 0, deleted: 0, inserted: base)
    for edit in [(splices: [whole], areTyped: false)] + edits.reversed() {
      _ = line.append(edit.splices, areTyped: edit.areTyped, parents: line.heads, order: order)
    }
    return AuthoredValue(value: .text(line.text(at: line.heads)), change: shown, isErased: false)
  }

  /// What an op is against or brings back, and how many edits come after it.
  private struct Level {
    var changes: [ChangeID]
    var isRestated: Bool
    var edits: Int
  }

  /// The first level that is within reach, which is in the graph then; each rests on all that come after it.
  private mutating func highestWithinReach(_ levels: [Level]) -> Level? {
    var highest: Level?
    for level in levels.reversed() {
      guard reach(level.changes, over: highest?.changes ?? []) else { break }
      highest = level
    }
    return highest
  }
}
