import AnnotationStore

/// What the cells of a row say beside the version of its record that was exported.
struct SheetDifferences {
  /// What is to be written to a field.
  struct Edit {
    enum Change {
      case value(CBORValue?)
      case elements(added: [String], removed: [String])
    }

    var field: String
    var change: Change
    /// The source that the value names and that is not here yet. It is made when the row is written, and not before.
    var missing: DerivedID.SourceIdentifier?
    /// The columns that tell it: those of a quote are one field.
    var cells: [SheetReport.Cell]
  }

  let session: ImportSession
  let renderer: SheetRenderer
  /// The record as it was exported, and as it is.
  let base: Record
  let now: Record
  /// The version that was exported.
  let frontier: [ChangeID]

  private(set) var edits: [Edit] = []
  private(set) var told: [SheetReport.Cell] = []
  private(set) var faults: [SheetMerge.RowFault] = []
  private var quoteParts: [String: String] = [:]

  init(session: ImportSession, renderer: SheetRenderer, base: Record, now: Record, at frontier: [ChangeID]) {
    self.session = session
    self.renderer = renderer
    self.base = base
    self.now = now
    self.frontier = frontier
  }

  private func isWhole(_ column: SheetColumn) throws -> Bool {
    try renderer.isWhole(column, of: base, at: frontier, in: session.transaction.applied)
  }

  /// Compares a cell.
  mutating func compare(_ column: SheetColumn, _ cell: SheetCell) throws {
    let before = try renderer.text(column, of: base)
    if case .field(let name) = column, let field = base.kind.field(named: name), field.isSet {
      return try compare(field, column, cell, before)
    }
    switch SheetHabit.compare(before, cell) {
    case .same: return
    case .untouched where renderer.layout.words(of: column) == ["true", "false"]: return
    case .untouched(let why): told.append(try difference(column, before, cell.text, .untouched, why))
    case .damaged(let why): fault(column, "holds \(why)")
    case .changed(let text):
      guard try isWhole(column) else {
        return fault(column, "was exported in part, so it cannot be edited here (variorum edit \(base.id))")
      }
      switch column {
      case .quote(let part): quoteParts[part] = text
      case .field(let name):
        guard let field = base.kind.field(named: name) else { return }
        try change(field, column, to: text, before)
      case .id, .fingerprint, .reading: return
      }
    }
  }

  private mutating func change(_ field: Field, _ column: SheetColumn, to text: String, _ before: String) throws {
    guard text.utf8.contains(where: { !isSpace($0) }) else {
      if field.isRequired || field.isProse {
        return fault(
          column,
          "is empty, and \(base.kind.withArticle) that has \(field.name) keeps it. Write it again; to delete the "
            + "record: variorum delete \(base.id)")
      }
      return append(field, .value(nil), try difference(column, before, "", .edit))
    }
    if field.isImmutable {
      if case .register(.record) = field.type, try names(text, base.reference(field.name)) { return }
      return fault(column, "never changes. Put it back, and add a row without id and fingerprint")
    }
    var missing: DerivedID.SourceIdentifier?
    guard let value = try value(of: field, column, text, &missing) else { return }
    // Written otherwise, it may still say the same: an identifier with another prefix, a flag in another language.
    if base.fields[field.name]?.value == value { return }
    let cell = try difference(column, before, text, .edit)
    edits.append(Edit(field: field.name, change: .value(value), missing: missing, cells: [cell]))
  }

  private mutating func value(
    of field: Field, _ column: SheetColumn, _ text: String, _ missing: inout DerivedID.SourceIdentifier?
  ) throws -> CBORValue? {
    let word = text.trimmed()
    do throws(ModelError) {
      switch field.type {
      case .prose, .register(.text): return try field.parse(text)
      case .register(.flag): return try field.parse(SheetFlag.canonical(word))
      case .register(.choice): return try field.parse(word.lowercased())
      default: break
      }
      guard field.name == "source" else { return try field.parse(word) }
    } catch {
      fault(column, DraftChecker.message(error))
      return nil
    }
    switch try session.source(named: word) {
    case .there(let id): return .bytes(id.bytes)
    case .missing(let identifier):
      missing = identifier
      return .bytes(DerivedID.source(identifier).bytes)
    case .deleted(let id): fault(column, try session.transaction.applied.telling(.deleted(id, .source)))
    case .wrong(let why): fault(column, why)
    }
    return nil
  }

  /// Whether a text names a record, by its UUID or the beginning of it.
  private func names(_ text: String, _ record: RecordID?) throws -> Bool {
    guard let record else { return false }
    let digits = text.trimmed().lowercased().drop { $0 == "c" }.drop { $0 == ":" }.filter { $0 != "-" }
    return digits.utf8.count >= 6 && record.hex.hasPrefix(digits)
  }

  // MARK: - Sets

  private mutating func compare(_ field: Field, _ column: SheetColumn, _ cell: SheetCell, _ before: String) throws {
    if case .same = SheetHabit.compare(before, cell) { return }
    let isWhole = try isWhole(column)
    if cell.flag == .formula || cell.flag == .error || !isWhole {
      if case .damaged(let why) = SheetHabit.compare(before, cell) { return fault(column, "holds \(why)") }
      return fault(column, "was exported in part, so it cannot be edited here (variorum edit \(base.id))")
    }
    let there = base.elements(field.name)
    var removed: [String] = there
    var added: [String] = []
    var why: String?
    for text in SheetText.elements(SheetText.unguarded(cell.text)) {
      let item = SheetCell(text, cell.flag)
      if let index = removed.firstIndex(where: { SheetHabit.compare($0, SheetCell(text)) == .same }) {
        removed.remove(at: index)
      } else if let index = removed.firstIndex(where: { Self.isHabit($0, item) }) {
        if case .untouched(let reason) = SheetHabit.compare(removed[index], item) { why = reason }
        removed.remove(at: index)
      } else if case .damaged(let reason) = SheetHabit.compare("", item) {
        return fault(column, "holds \(reason)")
      } else {
        do throws(ModelError) { added.append(try field.parseElement(text)) } catch {
          return fault(column, DraftChecker.message(error))
        }
      }
    }
    // An element written otherwise is the same one where it is parsed to the same.
    let same = added.filter { element in there.contains { $0.utf8.elementsEqual(element.utf8) } }
    added.removeAll { element in same.contains { $0.utf8.elementsEqual(element.utf8) } }
    removed.removeAll { element in same.contains { $0.utf8.elementsEqual(element.utf8) } }
    if added.isEmpty, removed.isEmpty {
      if let why { told.append(try difference(column, before, cell.text, .untouched, why)) }
      return
    }
    var edit = try difference(column, before, cell.text, .edit, why)
    edit.note = ([why.map { "\($0): not taken" }] + [Self.summary(added, removed)]).compactMap { $0 }
      .joined(separator: "; ")
    append(field, .elements(added: added, removed: removed), edit)
  }

  private static func isHabit(_ base: String, _ cell: SheetCell) -> Bool {
    if case .untouched = SheetHabit.compare(base, cell) { true } else { false }
  }

  private static func summary(_ added: [String], _ removed: [String]) -> String {
    (added.map { "+\($0)" } + removed.map { "-\($0)" }).joined(separator: " ")
  }

  // MARK: - The quote

  /// Puts the three cells of the selector together, once all were compared.
  ///
  /// Where the quote itself changed, its position and the hash of the text that it stood in are no longer known.
  mutating func finishSelector(_ cells: [SheetColumn: SheetCell]) throws {
    guard !quoteParts.isEmpty, let field = base.kind.field(named: "selector") else { return }
    let old = base.selector
    func part(_ name: String, _ old: String?) -> String? {
      let text = quoteParts[name] ?? old
      return text.flatMap { $0.utf8.contains { !isSpace($0) } ? $0 : nil }
    }
    var selector = old ?? Selector()
    selector.exact = part("quote", old?.exact)
    selector.prefix = part("prefix", old?.prefix)
    selector.suffix = part("suffix", old?.suffix)
    if quoteParts["quote"] != nil { (selector.start, selector.end) = (nil, nil) }
    let isEmpty = selector.exact == nil && selector.prefix == nil && selector.suffix == nil
    if selector.exact == nil, !isEmpty {
      return fault(
        .quote("quote"), "is empty, and there are words before or after it. Write the quote, or empty all three")
    }
    do throws(ModelError) { try selector.check(field: "quote") } catch {
      return fault(.quote("quote"), error.description)
    }
    let columns = ["quote", "prefix", "suffix"].map(SheetColumn.quote).filter { quoteParts[$0.name] != nil }
    let told = try columns.map { column in
      try difference(column, renderer.text(column, of: base), quoteParts[column.name] ?? "", .edit)
    }
    edits.append(Edit(field: field.name, change: .value(isEmpty ? nil : selector.value), cells: told))
  }

  // MARK: -

  private mutating func append(_ field: Field, _ change: Edit.Change, _ cell: SheetReport.Cell) {
    edits.append(Edit(field: field.name, change: change, cells: [cell]))
  }

  private mutating func fault(_ column: SheetColumn, _ message: String) {
    faults.append(SheetMerge.RowFault(column: column.name, message: message))
  }

  private func difference(
    _ column: SheetColumn, _ before: String, _ after: String, _ outcome: SheetReport.Outcome, _ note: String? = nil
  ) throws -> SheetReport.Cell {
    let here = try renderer.text(column, of: now)
    let isOther = !here.utf8.elementsEqual(before.utf8) && !here.utf8.elementsEqual(after.utf8)
    return SheetReport.Cell(
      column: column.name, before: before, after: after, here: isOther ? here : nil, outcome: outcome, note: note)
  }
}

/// Flags as people and spreadsheets write them.
enum SheetFlag {
  /// `true` or `false` of another word for it; any other text as it is.
  static func canonical(_ text: String) -> String {
    switch text.lowercased() {
    case "true", "yes", "1", "wahr", "vrai", "verdadero": "true"
    case "false", "no", "0", "falsch", "faux", "falso": "false"
    default: text
    }
  }
}
