import AnnotationStore
import ProseCRDT

/// Tells people a conflict: what is in conflict, what stood there before, what stands against each other, and what to
/// type to decide it.
struct ConflictTelling {
  let names: RecordNames
  let card: Card

  /// How many words are left around those that differ.
  private static let context = 8
  /// How many values of one conflict are told.
  static let valueLimit = 20
  /// How many lines one value takes at most.
  private static let valueLines = 12

  private var console: Console { card.console }

  /// What `resolve` is given to name the conflict, as in `c:3f9a1c.status`.
  func place(_ conflict: ConflictDetail) throws -> String {
    let id = try names.shortID(conflict.record)
    return conflict.field.isEmpty || conflict.type == .fork ? id : "\(id).\(conflict.field)"
  }

  /// The line by which it is known: where it is and what the record says.
  func heading(_ conflict: ConflictDetail, before: String = "") throws {
    let gist = try names.headline(conflict.record)
    card.line(
      "\(before)\(console.style(try place(conflict), .bold))  \(conflict.record.kind.rawValue)  \(gist)", indent: 0)
  }

  /// What it is about, in a few words.
  func subject(_ conflict: ConflictDetail) -> String {
    switch conflict.type {
    case .register: "conflict in \(conflict.field)"
    case .prose: "merged: several changed the same words of \(conflict.field) apart"
    case .life: "conflict: it was deleted while somebody else wrote to it"
    case .target: "conflict: it was deleted while somebody else put something on it"
    case .fork: "forked log: replica \(conflict.field.prefix(16)) has several changes in one place"
    }
  }

  /// What stood there before, and what stands against each other; values with the numbers by which they are taken.
  func readings(_ conflict: ConflictDetail, indent: Int = 2) throws {
    func item(_ mark: String, _ text: String) {
      card.item(mark, text, indent: indent, width: 8, limit: Self.valueLines)
    }
    let telling = conflict.merge.map(MergeTelling.init)
    let words = telling?.tellsWords == true ? telling : nil
    if let base = conflict.base {
      item(console.style("before", .dim), try told(base, as: words?.base) ?? oneLine(base.content))
    }
    for (index, reading) in conflict.values.prefix(Self.valueLimit).enumerated() {
      let text = try told(reading) { words?.side(index, $0) } ?? told(reading, in: conflict)
      item(conflict.isOfValues ? console.style("\(index + 1)", .bold) : "-", text)
      item("", console.style(try who(reading), .dim))
    }
    if conflict.values.count > Self.valueLimit {
      item("…", "\(conflict.values.count - Self.valueLimit) more (variorum conflicts --json has all)")
    }
    if let telling {
      item(console.style("merged", .bold), telling.merged.told(console, context: Self.context))
    }
  }

  /// The command that decides it, to be completed.
  func command(_ conflict: ConflictDetail) throws -> String {
    let place = try place(conflict)
    switch conflict.type {
    case .prose: return "variorum resolve \(place) --accept --because \"...\""
    case .register: return "variorum resolve \(place) --take 1 --because \"...\""
    case .life, .target: return "variorum resolve \(place) --restore --because \"...\""
    case .fork: return ForkTelling.command
    }
  }

  /// How it is decided.
  func commands(_ conflict: ConflictDetail, indent: Int = 2) throws {
    card.command(try command(conflict), indent: indent)
    if conflict.type == .fork {
      return card.text("both branches are kept; any write closes it that has seen both", indent: indent)
    }
    let other =
      switch conflict.type {
      case .prose: "or --take N, or --edit"
      case .register: "or --value V, or --edit"
      default: "or --delete"
      }
    card.text(
      console.style("\(other); --expect \(conflict.digest.prefix(16)) decides only what is shown", .dim), indent: indent
    )
  }

  /// Who wrote a value, when, and in which change.
  func who(_ reading: FieldReading) throws -> String {
    let also = try reading.alsoBy.map { try names.curator($0) }
    let curators = ([try names.curator(reading.curator)] + also).joined(separator: ", and ")
    return "\(curators), \(shortTime(reading.atMilliseconds)), change \(reading.change.hex.prefix(12)), "
      + "replica \(reading.replica.hex.prefix(8))"
  }

  /// A value on one line, for a sentence.
  func oneLine(_ content: FieldContent?) throws -> String {
    if case .selector(let selector) = content { return Self.text(selector) }
    if case .record(let id) = content, let record = try names.record(id) {
      return "\(try names.shortID(record))  \(try names.headline(record))"
    }
    return TerminalText.onOneLine(try names.content(content))
  }

  /// What stands for an erased text, or the text with the words in question; `nil` where it is not told which.
  private func told(_ reading: FieldReading, as marked: ((String) -> MarkedLine?)?) -> String? {
    if reading.isErased { return "(erased)" }
    guard case .text(let text)? = reading.content else { return nil }
    return marked?(text)?.told(console, context: Self.context)
  }

  private func told(_ reading: FieldReading, in conflict: ConflictDetail) throws -> String {
    if let deed = reading.deed { return TerminalText.onOneLine("\(deed)") }
    let text = try oneLine(reading.content)
    let first = conflict.values.first
    let other = conflict.base ?? (first == reading ? nil : first)
    // A register is short, and its value better read whole.
    guard conflict.type == .prose, let other, !other.isErased else { return text }
    let before = try oneLine(other.content)
    guard text.contains(" "), before.contains(" ") else { return text }
    let difference = WordDiff(from: before, to: text)
    if difference.isOnlyWhitespace {
      return other.content == reading.content ? text : "\(text) (other spaces or line breaks)"
    }
    return difference.told(console, context: Self.context)
  }

  private static func text(_ selector: Selector) -> String {
    var text =
      "“\(selector.prefix.map { "…" + $0 } ?? "")[\(selector.exact ?? "")]\(selector.suffix.map { $0 + "…" } ?? "")”"
    if let name = selector.name { text += " \(name)" }
    if let start = selector.start, let end = selector.end { text += " characters \(start) to \(end)" }
    return TerminalText.onOneLine(text)
  }
}

extension ConflictDetail {
  /// Whether values stand against each other, of which one can be taken.
  var isOfValues: Bool { type == .register || type == .prose }
}
