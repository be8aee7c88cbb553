/// Reads the ops of a header; the keys of an op's map come in order, so the action is known before what it carries.
struct OpReader {
  var decoder: CBORDecoder
  let named: [ChangeID]
  let body: Body?
  /// Scalars that the references read so far state: bounded, as an erased text costs no input.
  private var proseScalars = 0

  init(decoder: CBORDecoder, named: [ChangeID], body: Body?) {
    self.decoder = decoder
    self.named = named
    self.body = body
  }

  mutating func read() throws -> Op {
    var map = try decoder.readMapHead()
    var kind: String?
    var record: RecordID?
    var op = Op(kind: "", record: Self.placeholder, action: .create)
    var action: Action?
    var draft = PayloadDraft()
    while let key = try decoder.nextKey(in: &map) {
      switch key {
      case OpKey.kind: kind = try readName()
      case OpKey.record: record = try decoder.readFixed(RecordID.init)
      case OpKey.field: op.field = try readName()
      case OpKey.element: op.element = try readName(limit: Limits.elementBytes)
      case OpKey.action: action = Action(rawValue: UInt64(try decoder.readCount(limit: Int(Limits.integer))))
      case OpKey.supersedes: op.supersedes = try readIndexes()
      case OpKey.reason: op.reason = try readReason()
      case 0...15 where action?.isKnown == true: try readPayload(key, action: action ?? .create, into: &draft)
      default: try decoder.skipValue()
      }
    }
    guard let kind, let record, let action else { throw ChangeError.missing("kind, record or action of an op") }
    op.kind = kind
    op.record = record
    op.action = action
    op.payload = try draft.payload(for: action)
    try op.checkShape()
    return op
  }

  /// Reads the reason. Whatever is no reference to a text of the body says nothing, and is not refused: the key is none
  /// of the frozen ones.
  private mutating func readReason() throws -> OpValue? {
    var peeking = decoder
    try decoder.skipValue()
    guard let body, let index = try? peeking.readCount(limit: Limits.changeBytes), index < body.slots.count else {
      return nil
    }
    switch body.slots[index] {
    case .value(let value, _): return value.text == nil ? nil : .inBody(value)
    case .erased: return OpValue(value: .null, placement: .body, isErased: true, scalarCount: nil)
    }
  }

  private static let placeholder: RecordID = RecordID(high: 0, low: 0)

  private mutating func readName(limit: Int = Limits.nameBytes) throws -> String {
    let start = decoder.offset
    let name = try decoder.readText(limit: limit)
    if name.isEmpty { throw CBORError(offset: start, reason: .outOfRange) }
    return name
  }

  private mutating func readIndexes() throws -> [ChangeID] {
    var last = -1
    var ids: [ChangeID] = []
    for _ in 0..<(try decoder.readArrayHead()) {
      let start = decoder.offset
      let index = try decoder.readCount(limit: max(0, named.count - 1))
      guard index > last, index < named.count else { throw CBORError(offset: start, reason: .outOfRange) }
      last = index
      ids.append(named[index])
    }
    return ids
  }

  private mutating func readPayload(_ key: UInt64, action: Action, into draft: inout PayloadDraft) throws {
    switch (key, action) {
    case (OpKey.headerValue, .set): draft.value = .inHeader(try decoder.readValue())
    case (OpKey.headerValue, .create): try readHeaderValues(into: &draft)
    case (OpKey.bodyValue, .set), (OpKey.bodyValue, .splice): try readBodyValue(into: &draft)
    case (OpKey.bodyValue, .create): try readBodyValues(into: &draft)
    case (OpKey.elements, .create): try readElements(into: &draft)
    case (OpKey.splices, .splice), (OpKey.typed, .splice):
      if draft.splices != nil { throw ChangeError.inconsistent("an op has splices of both kinds") }
      draft.areTyped = key == OpKey.typed
      draft.splices = try readSplices(areTyped: draft.areTyped)
    case (OpKey.saw, .delete), (OpKey.restates, .restate): draft.ids = try readIndexes()
    default: throw ChangeError.inconsistent("op key \(key) does not go with the action \(action.name)")
    }
  }

  private mutating func readHeaderValues(into draft: inout PayloadDraft) throws {
    var map = try decoder.readMapHead()
    while let field = try decoder.nextTextKey(in: &map) {
      draft.values.append(Op.FieldValue(field, .inHeader(try decoder.readValue())))
    }
  }

  private mutating func readBodyValues(into draft: inout PayloadDraft) throws {
    var map = try decoder.readMapHead()
    while let field = try decoder.nextTextKey(in: &map) {
      draft.values.append(Op.FieldValue(field, try readReference()))
    }
  }

  private mutating func readBodyValue(into draft: inout PayloadDraft) throws {
    if draft.value != nil { throw ChangeError.inconsistent("an op carries two values") }
    draft.value = try readReference()
  }

  private mutating func readElements(into draft: inout PayloadDraft) throws {
    var map = try decoder.readMapHead()
    while let field = try decoder.nextTextKey(in: &map) {
      var elements: [String] = []
      for _ in 0..<(try decoder.readArrayHead()) {
        let start = decoder.offset
        let element = try readName(limit: Limits.elementBytes)
        if let last = elements.last, !last.precedesInBytes(element) {
          throw CBORError(offset: start, reason: .unsortedKeys)
        }
        elements.append(element)
      }
      draft.elements.append(Op.FieldElements(field, elements))
    }
  }

  private mutating func readSplices(areTyped: Bool) throws -> [Splice] {
    var splices: [Splice] = []
    var end = 0
    for _ in 0..<(try decoder.readArrayHead()) {
      let start = decoder.offset
      guard try decoder.readArrayHead() == 3 else { throw CBORError(offset: start, reason: .unexpectedType) }
      let limit = Int(Limits.integer)
      let splice = Splice(
        position: try decoder.readCount(limit: limit), deleted: try decoder.readCount(limit: limit),
        inserted: try decoder.readCount(limit: Limits.changeBytes))
      guard splice.position >= end else { throw CBORError(offset: start, reason: .outOfRange) }
      end = areTyped ? 0 : splice.position + splice.deleted
      splices.append(splice)
    }
    return splices
  }

  /// Reads where in the body a value stands; with a length it is prose, whose text is brought to that length.
  private mutating func readReference() throws -> OpValue {
    let start = decoder.offset
    var scalarCount: Int?
    var index = 0
    if decoder.nextIsArray {
      guard try decoder.readArrayHead() == 2 else { throw CBORError(offset: start, reason: .unexpectedType) }
      index = try decoder.readCount(limit: Limits.changeBytes)
      let count = try decoder.readCount(limit: Limits.changeBytes)
      proseScalars += count
      if proseScalars > Limits.changeBytes { throw ChangeError.tooLarge("the length of all texts") }
      scalarCount = count
    } else {
      index = try decoder.readCount(limit: Limits.changeBytes)
    }
    guard let body, index < body.slots.count else {
      throw ChangeError.inconsistent("an op names a value that the body lacks")
    }
    switch body.slots[index] {
    case .erased:
      let value: CBORValue = scalarCount.map { .text(Self.replacementText(count: $0)) } ?? .null
      return OpValue(value: value, placement: .body, isErased: true, scalarCount: scalarCount)
    case .value(let value, _):
      if let scalarCount {
        guard let text = value.text, text.unicodeScalars.count == scalarCount else {
          throw ChangeError.inconsistent("a text has not the length that the header states")
        }
      }
      return OpValue(value: value, placement: .body, isErased: false, scalarCount: scalarCount)
    }
  }

  private static func replacementText(count: Int) -> String { String(repeating: "\u{FFFD}", count: count) }
}

/// What an op carries, while it is being read.
private struct PayloadDraft {
  var value: OpValue?
  var values: [Op.FieldValue] = []
  var elements: [Op.FieldElements] = []
  var splices: [Splice]?
  var areTyped = false
  var ids: [ChangeID] = []

  func payload(for action: Action) throws -> Op.Payload {
    switch action {
    case .create:
      let fields = (values.map(\.field) + elements.map(\.field)).map { Array($0.utf8) }
      guard Set(fields).count == fields.count else { throw ChangeError.inconsistent("a create gives a field twice") }
      guard fields.allSatisfy({ (1...Limits.nameBytes).contains($0.count) }) else {
        throw ChangeError.tooLarge("the name of a field")
      }
      return .create(values: values, elements: elements)
    case .set:
      guard let value else { throw ChangeError.missing("the value of a set") }
      return .value(value)
    case .splice:
      let splices = splices ?? []
      if areTyped && splices.isEmpty { throw ChangeError.missing("what was typed") }
      let inserted = splices.reduce(0) { $0 + $1.inserted }
      if let value, value.scalarCount == nil {
        throw ChangeError.missing("the length of the text that a splice inserts")
      }
      guard inserted == value?.scalarCount ?? 0 else {
        throw ChangeError.inconsistent("the splices insert another length than the text has")
      }
      return .splices(splices, inserted: value, areTyped: areTyped)
    case .delete: return .saw(ids)
    case .restate:
      if ids.isEmpty { throw ChangeError.inconsistent("a restate names nothing") }
      return .restates(ids)
    default: return .none
    }
  }
}
