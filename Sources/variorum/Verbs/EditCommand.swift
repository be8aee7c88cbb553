import AnnotationStore
import ArgumentParser

/// `variorum edit`.
struct EditCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change what a record says.",
    usage: "variorum edit <record> [<options>]",
    discussion: """
      Without any option the prose (a claim's statement, the body of a note or an assessment) opens in $EDITOR. \
      What somebody else writes to it meanwhile is merged with what you write. Several options make one change: all are \
      done or none, and each field is given once. The authors of a source are one value, split by ;.

      EXAMPLE
        variorum edit c:3f9a1c
        variorum edit c:3f9a1c --set status=accepted --add entities=NCBIGene:3934
        variorum edit s:77aa01 --set "authors=Wang, Z; Li, Y" --unset container
      """)

  @Argument(help: "The record.")
  var record: String
  @Option(help: ArgumentHelp("Give a field another value.", valueName: "field=value"))
  var set: [String] = []
  @Option(help: ArgumentHelp("Empty a field.", valueName: "field"))
  var unset: [String] = []
  @Option(help: ArgumentHelp("Add an element to a set.", valueName: "field=element"))
  var add: [String] = []
  @Option(help: ArgumentHelp("Remove an element from a set.", valueName: "field=element"))
  var remove: [String] = []
  @OptionGroup var prose: BodyOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let target = try store.writable(record)
    var edits = try set.map { Edit.value(try pair($0, "--set", "VALUE")) }
    edits += unset.map { .empty($0) }
    edits += try add.map { .element(try pair($0, "--add", "ELEMENT"), isPresent: true) }
    edits += try remove.map { .element(try pair($0, "--remove", "ELEMENT"), isPresent: false) }
    if prose.isGiven || edits.isEmpty { edits.append(try proseEdit(of: target, store, console)) }
    try refuseTwice(edits, of: target.kind)
    let before = try store.read { try $0.conflicts(of: target.id) }
    let commit = try store.commit { tx in
      // All reading comes first: what reads after a write begins another change.
      let prepared = try edits.map { ($0, try $0.value(for: target, tx.reader())) }
      return try prepared.filter { try $0.apply(to: target, $1, in: tx) }.map(\.0.summary)
    }
    let what =
      commit.value.isEmpty ? "unchanged: it says this already" : "edited \(commit.value.joined(separator: ", "))"
    try console.written(commit, to: target.id, target.kind, in: store, what) { shortID in
      commit.value.isEmpty ? "variorum show \(shortID)" : "variorum log \(shortID), or variorum undo"
    }
    if !commit.value.isEmpty { try tellMerge(of: target, before, edits, store, console) }
  }

  /// Tells what became of the text where others wrote to it, too.
  private func tellMerge(
    of target: Record, _ before: [Conflict], _ edits: [Edit], _ store: Store, _ console: Console
  ) throws {
    let shortID = try store.shortID(target.id, target.kind)
    for case .prose(let version, let text) in edits {
      let (now, conflicts) = try store.read {
        (try $0.existing(target.id, of: target.kind).text(version.field) ?? "", try $0.conflicts(of: target.id))
      }
      if !now.utf8.elementsEqual(text.utf8) {
        console.message("somebody else changed \(version.field) while you wrote; both edits are in it now")
        console.hint("variorum diff \(shortID), to see it")
      }
      func isOpen(_ conflicts: [Conflict]) -> Bool {
        conflicts.contains { $0.type == .prose && $0.field == version.field }
      }
      switch (isOpen(before), isOpen(conflicts)) {
      case (_, true): console.hint("variorum conflicts \(shortID): several changed the same words")
      case (true, false): console.message("\(version.field) was merged from several edits; yours settles it")
      default: break
      }
    }
  }

  // MARK: -

  private typealias Pair = (field: String, value: String)

  private enum Edit {
    case value(Pair)
    case empty(String)
    case element(Pair, isPresent: Bool)
    case prose(ProseVersion, to: String)

    var summary: String {
      switch self {
      case .value(let pair): "\(pair.field)=\(pair.value)"
      case .empty(let field): "\(field) (emptied)"
      case .element(let pair, let isPresent): "\(pair.field) \(isPresent ? "+" : "-")\(pair.value)"
      case .prose(let version, _): version.field
      }
    }

    /// The field, or the element of a set.
    func place(of kind: Kind) -> String {
      switch self {
      case .value(let pair): return pair.field
      case .empty(let field): return field
      case .element(let pair, _):
        let element = try? kind.field(named: pair.field)?.parseElement(pair.value)
        return "\(pair.field)=\(element ?? pair.value)"
      case .prose(let version, _): return version.field
      }
    }

    /// The value that a field is to have by `--set`; `nil` for anything else. Refuses a field that nobody edits.
    func value(for target: Record, _ reader: ReadTransaction) throws -> CBORValue? {
      switch self {
      case .value(let pair):
        guard let field = target.kind.field(named: pair.field) else {
          throw ModelError.unknownField(kind: target.kind, field: pair.field)
        }
        if field.isImmutable { throw ModelError.immutable(kind: target.kind, field: field.name) }
        return try FieldText.value(pair.value, of: field, reader)
      case .empty(let name):
        if let field = target.kind.field(named: name) { try FieldText.refuseImported(field) }
        return nil
      case .element, .prose: return nil
      }
    }

    /// Does it; `false` where the record says this already.
    func apply(to target: Record, _ value: CBORValue?, in tx: WriteTransaction) throws -> Bool {
      switch self {
      case .value(let pair): try tx.set(target.id, pair.field, of: target.kind, to: value)
      case .empty(let field): try tx.set(target.id, field, of: target.kind, to: nil)
      case .element(let pair, let isPresent):
        try tx.setElement(target.id, pair.field, of: target.kind, pair.value, isPresent: isPresent)
      case .prose(let version, let text): try tx.edit(version, to: text)
      }
    }
  }

  /// Refuses what is given twice: the second would be written over the first, or merged with it.
  private func refuseTwice(_ edits: [Edit], of kind: Kind) throws {
    var seen = Set<[UInt8]>()
    for edit in edits {
      let place = edit.place(of: kind)
      if seen.insert(Array(place.utf8)).inserted { continue }
      if case .element = edit {
        throw CLIError.usage("\(place) is given twice (give --add or --remove once for each element)")
      }
      let isProse = kind.field(named: place)?.isProse ?? false
      let once = isProse ? "--body, --body-file or --set" : "--set or --unset"
      throw CLIError.usage("the field \(place) is given twice (give \(once) once)")
    }
  }

  private func pair(_ text: String, _ option: String, _ what: String) throws -> Pair {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw CLIError.usage(
        "\(option) takes FIELD=\(what), and \(IdentifierError.quoted(text)) has no field and = before it")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private func proseEdit(of target: Record, _ store: Store, _ console: Console) throws -> Edit {
    guard let field = target.kind.fields.first(where: \.isProse) else {
      let known = target.kind.fields.filter { !$0.isImmutable && !$0.isOfImports }.map(\.name).joined(separator: ", ")
      throw CLIError.usage(
        known.isEmpty
          ? "a \(target.kind.rawValue) has nothing that could be edited (delete it and add another)"
          : "a \(target.kind.rawValue) has no prose to edit (give --set FIELD=VALUE; its fields: \(known))")
    }
    let version = try store.read { try $0.proseVersion(of: target.id, field.name, of: target.kind) }
    return .prose(version, to: try prose.text(initial: version.text, console: console))
  }
}
