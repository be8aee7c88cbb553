/// What a writer checks of a change before it is encoded: all that a reader would refuse (Schema/change.cddl), told
/// from the values and not from the bytes, which takes a tenth of the time of reading them back.
extension Change {
  func checkWritable() throws(ChangeError) {
    guard ops.count <= Limits.opsInChange else { throw .tooLarge("the number of ops") }
    guard (1...UInt64(Limits.integer)).contains(sequence), (sequence == 1) == (previous == nil) else {
      throw .inconsistent("sequence number \(sequence) does not fit the previous change")
    }
    guard sequence > 1 || curator != nil else { throw .missing("the curator of a log's first change") }
    guard timeMilliseconds.magnitude <= UInt64(Limits.integer) else { throw .inconsistent("the time is out of range") }
    if let previous, deps.contains(previous) { throw .inconsistent("the previous change is among the deps") }
    guard zip(deps, deps.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .inconsistent("the deps are out of order") }
    for op in ops { try op.checkWritable() }
    try Change.checkCells(ops)
  }
}

extension Op {
  /// Checks what reader and writer refuse alike: whether field and element go with the action.
  func checkShape() throws(ChangeError) {
    let needsField = [.set, .add, .remove, .splice, .restate].contains(action)
    let forbidsField = [.create, .delete, .restore].contains(action)
    if needsField && field.isEmpty || forbidsField && !field.isEmpty {
      throw .inconsistent("the action \(action.name) and the field \"\(field)\" do not go together")
    }
    let needsElement = action == .add || action == .remove
    if action.isKnown && needsElement != (element != nil) { throw .inconsistent("only add and remove name an element") }
    if action == .create && !supersedes.isEmpty { throw .inconsistent("a create supersedes something") }
  }

  /// Checks all of an op that a reader would refuse.
  package func checkWritable() throws(ChangeError) {
    try checkShape()
    try Self.checkName(kind, "the name of a kind")
    if !field.isEmpty { try Self.checkName(field, "the name of a field") }
    if let element { try Self.checkName(element, "an element", limit: Limits.elementBytes) }
    guard action.rawValue <= UInt64(Limits.integer) else { throw .inconsistent("the action is out of range") }
    try Self.checkNamedOnce(supersedes)
    switch (action, payload) {
    case (.create, .create(let values, let elements)): try Self.checkCreate(values, elements)
    case (.set, .value(let value)): try value.checkWritable(levelsInHeader: CBORDecoder.maximumDepth - 2)
    case (.splice, .splices(let splices, let inserted, let areTyped)):
      try Self.checkSplices(splices, inserted, areTyped)
    case (.delete, .saw(let ids)): try Self.checkNamedOnce(ids)
    case (.restate, .restates(let ids)):
      if ids.isEmpty { throw .inconsistent("a restate names nothing") }
      try Self.checkNamedOnce(ids)
    case (.add, .none), (.remove, .none), (.restore, .none): break
    case (_, .none) where !action.isKnown: break
    default: throw .inconsistent("the action \(action.name) does not carry this")
    }
  }

  private static func checkName(
    _ name: String, _ what: String, limit: Int = Limits.nameBytes
  ) throws(ChangeError) {
    guard (1...limit).contains(name.utf8.count) else { throw .tooLarge(what) }
  }

  private static func checkNamedOnce(_ ids: [ChangeID]) throws(ChangeError) {
    guard ids.count < 2 || Set(ids).count == ids.count else { throw .inconsistent("an op names a change twice") }
  }

  private static func checkCreate(_ values: [FieldValue], _ elements: [FieldElements]) throws(ChangeError) {
    let fields = values.map(\.field) + elements.map(\.field)
    for field in fields { try checkName(field, "the name of a field") }
    // A record has a dozen fields, which are compared faster than hashed.
    let isRepeated =
      fields.count > 16
      ? Set(fields.map { Array($0.utf8) }).count < fields.count
      : fields.indices.contains { index in fields[..<index].contains { $0.isSameBytes(as: fields[index]) } }
    if isRepeated { throw .inconsistent("a create gives a field twice") }
    for item in values { try item.value.checkWritable(levelsInHeader: CBORDecoder.maximumDepth - 3) }
    for item in elements {
      for element in item.elements { try checkName(element, "an element", limit: Limits.elementBytes) }
      guard zip(item.elements, item.elements.dropFirst()).allSatisfy({ $0.precedesInBytes($1) }) else {
        throw .inconsistent("the elements of a create are out of order")
      }
    }
  }

  private static func checkSplices(
    _ splices: [Splice], _ inserted: OpValue?, _ areTyped: Bool
  ) throws(ChangeError) {
    if areTyped && splices.isEmpty { throw .missing("what was typed") }
    var (end, count) = (0, 0)
    for splice in splices {
      let limit = Int(Limits.integer)
      guard (end...limit).contains(splice.position), (0...limit).contains(splice.deleted),
        (0...Limits.changeBytes).contains(splice.inserted)
      else { throw .inconsistent("splices overlap, or are out of order or range") }
      end = areTyped ? 0 : min(splice.position + splice.deleted, limit)
      count += splice.inserted
    }
    if let inserted {
      guard inserted.placement == .body, inserted.scalarCount != nil else {
        throw .missing("the length of the text that a splice inserts")
      }
      try inserted.checkWritable(levelsInHeader: 0)
    }
    guard count == inserted?.scalarCount ?? 0 else {
      throw .inconsistent("the splices insert another length than the text has")
    }
  }
}

extension OpValue {
  fileprivate func checkWritable(levelsInHeader: Int) throws(ChangeError) {
    if let scalarCount {
      guard value.text?.unicodeScalars.count == scalarCount else {
        throw .inconsistent("a text has not the length that the header states")
      }
    }
    try value.checkWritable(levels: placement == .header ? levelsInHeader : CBORDecoder.maximumDepth)
  }
}

extension CBORValue {
  fileprivate func checkWritable(levels: Int) throws(ChangeError) {
    guard levels > 0 else { throw .tooLarge("the depth of a value") }
    switch self {
    case .array(let items): for item in items { try item.checkWritable(levels: levels - 1) }
    case .map(let entries):
      guard Set(entries.map { Array($0.key.utf8) }).count == entries.count else {
        throw .inconsistent("a value has a key twice")
      }
      for entry in entries { try entry.value.checkWritable(levels: levels - 1) }
    default: break
    }
  }
}
