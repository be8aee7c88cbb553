import ProseCRDT

extension ProseGraph {
  /// The text that these changes say where nothing is merged: that of the highest, its edits applied to that of the
  /// highest of what it superseded, and so on; `nil` where nobody gave the cell a text.
  func plainText(of changes: [ChangeID]) -> AuthoredValue? {
    guard let shown = effective(changes).max(by: ranksBelow), saysText([shown]) else { return nil }
    var edits: [Op.TextEdits] = []
    var base = ""
    var next: ChangeID? = shown
    // What an op rests on has a smaller depth, so this ends.
    while let change = next, let op = op(of: change) {
      next = nil
      switch op.payload {
      case .create: base = createdText(of: change) ?? ""
      case .value(let value): base = value.value.text ?? ""
      case .splices:
        edits.append(op.textEdits)
        next = effective(op.supersedes).max(by: ranksBelow)
      case .restates(let earlier): next = effective(earlier).max(by: ranksBelow)
      default: break
      }
    }
    var line = EventGraph()
    let order = EventOrder(replica: [], sequence: 0, change: [])
    let whole = TextSplice(position: 0, deleted: 0, inserted: base)
    for edit in [(splices: [whole], areTyped: false)] + edits.reversed() {
      _ = line.append(edit.splices, areTyped: edit.areTyped, parents: line.heads, order: order)
    }
    return AuthoredValue(value: .text(line.text(at: line.heads)), change: shown, isErased: false)
  }
}
