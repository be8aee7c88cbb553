import AnnotationStore
import ArgumentParser
import ProseCRDT

/// `variorum diff`.
struct DiffCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show how a record differs between two moments of its history, texts word by word.",
    discussion: """
      Without --from it begins with what the record was when it was created, without --to it ends with what it is now. A \
      change stands for what whoever made it had seen. Words that are gone are red, or marked [-so-], new ones green, or \
      marked {+so+}.

      EXAMPLE
        variorum diff c:3f9a1c
        variorum diff c:3f9a1c --from 91ab23cd
        variorum diff c:3f9a1c --from 91ab23cd --to 5e0c77f2 --json
      """)

  @Argument(help: "The record's id.")
  var record: String
  @Option(help: ArgumentHelp("The change before; log shows them.", valueName: "change"))
  var from: String?
  @Option(help: ArgumentHelp("The change after.", valueName: "change"))
  var to: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      let current = try reader.record(named: record)
      let names = RecordNames(reader)
      let (from, to) = (try from.map { try reader.change(named: $0) }, try to.map { try reader.change(named: $0) })
      switch try reader.difference(of: current.id, current.kind, from: from, to: to) {
      case .success(let difference):
        if console.isJSON { return console.json(Self.value(difference, from, to)) }
        try Self.write(difference, names, console)
      case .failure(let unknown):
        let id = try names.shortID(current)
        throw CLIError.failed(
          "\(id) was not there yet at change \(unknown.change.hex.prefix(12)) (variorum log \(id) shows its changes)")
      }
    }
  }

  // MARK: - For people

  private static func write(_ difference: RecordDifference, _ names: RecordNames, _ console: Console) throws {
    let card = Card(console)
    if difference.isEmpty { return console.message("nothing differs") }
    card.line(
      "\(console.style(try names.shortID(difference.after), .bold))  \(try names.headline(difference.after))", indent: 0
    )
    for change in difference.fields { card.field(change.field, try told(change, names, console)) }
    if difference.before.isDeleted != difference.after.isDeleted {
      card.field(
        "life",
        difference.after.isDeleted ? console.style("deleted", .red) : console.style("restored", .green))
    }
  }

  private static func told(
    _ change: RecordDifference.FieldChange, _ names: RecordNames, _ console: Console
  ) throws -> String {
    switch (change.before, change.after) {
    case (.text(let before)?, .text(let after)?) where before.contains(" ") || after.contains(" "):
      return WordDiff(from: before, to: after).told(console)
    case (.elements, _), (_, .elements):
      let (before, after) = (elements(change.before), elements(change.after))
      let gone = before.filter { !after.contains($0) }.map { console.style("- \($0)", .red) }
      let new = after.filter { !before.contains($0) }.map { console.style("+ \($0)", .green) }
      return (gone + new).joined(separator: ", ")
    default:
      func text(_ content: FieldContent?) throws -> String { content == nil ? "(nothing)" : try names.content(content) }
      return
        "\(console.style(try text(change.before), .red)) → \(console.style(try text(change.after), .green))"
    }
  }

  private static func elements(_ content: FieldContent?) -> [String] {
    if case .elements(let elements) = content { elements } else { [] }
  }

  // MARK: - For scripts

  private static func value(_ difference: RecordDifference, _ from: ChangeID?, _ to: ChangeID?) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("record", .bytes(difference.after.id.bytes)),
      .init("kind", .text(difference.after.kind.rawValue)), .init("from", from.map { .bytes($0.bytes) } ?? .null),
      .init("to", to.map { .bytes($0.bytes) } ?? .null),
      .init("deleted_before", .bool(difference.before.isDeleted)),
      .init("deleted_after", .bool(difference.after.isDeleted)),
      .init("fields", .array(difference.fields.map(value))),
    ])
  }

  private static func value(_ change: RecordDifference.FieldChange) -> CBORValue {
    var entries: [CBORValue.Entry] = [
      .init("field", .text(change.field)), .init("before", change.before?.value ?? .null),
      .init("after", change.after?.value ?? .null),
    ]
    if case .text(let before)? = change.before, case .text(let after)? = change.after {
      let words = WordDiff(from: before, to: after).parts.map { part -> CBORValue in
        switch part {
        case .same(let text): .map([.init("same", .text(text))])
        case .removed(let text): .map([.init("removed", .text(text))])
        case .added(let text): .map([.init("added", .text(text))])
        }
      }
      entries.append(.init("words", .array(words)))
    }
    return .map(entries)
  }
}
