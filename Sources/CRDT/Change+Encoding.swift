/// Integer keys of the header map; 0 to 15 are frozen (Schema/change.cddl, `header`).
enum HeaderKey {
  static let version: UInt64 = 0
  static let store: UInt64 = 1
  static let replica: UInt64 = 2
  static let sequence: UInt64 = 3
  static let previous: UInt64 = 4
  static let deps: UInt64 = 5
  static let time: UInt64 = 6
  static let curator: UInt64 = 7
  static let named: UInt64 = 8
  static let ops: UInt64 = 9
  static let bodyHash: UInt64 = 10
}

/// Integer keys of an op's map; 0 to 15 are frozen (Schema/change.cddl, `op` and `op-end`).
enum OpKey {
  static let kind: UInt64 = 0
  static let record: UInt64 = 1
  static let field: UInt64 = 2
  static let element: UInt64 = 3
  static let action: UInt64 = 4
  static let supersedes: UInt64 = 5
  static let headerValue: UInt64 = 6
  static let bodyValue: UInt64 = 7
  static let elements: UInt64 = 8
  static let splices: UInt64 = 9
  static let saw: UInt64 = 10
  static let restates: UInt64 = 11
  static let typed: UInt64 = 12
  static let reason: UInt64 = 16
}

extension Change {
  /// Encodes a new change.
  ///
  /// - Parameter seed: 16 random bytes, fresh for each change, that the salts of the body's values expand from.
  /// - Throws: ``ChangeError``, so that nothing is ever written that another replica would refuse.
  public func encode(seed: [UInt8]) throws(ChangeError) -> EncodedChange {
    try checkWritable()
    var values: [CBORValue] = []
    let named = namedUnread.isEmpty ? namedByOps : Set(namedByOps + namedUnread).sorted()
    let indexOfNamed = Dictionary(uniqueKeysWithValues: zip(named, 0...))
    var opsEncoder = CBOREncoder(reservingCapacity: 128 * ops.count)
    for op in ops { op.encode(into: &opsEncoder, indexOfNamed: indexOfNamed, bodyValues: &values) }
    guard values.isEmpty || seed.count == Body.saltBytes else {
      throw .inconsistent("the seed is not \(Body.saltBytes) bytes")
    }
    let body = values.isEmpty ? nil : Body(values: values, seed: seed)

    var encoder = CBOREncoder(reservingCapacity: opsEncoder.bytes.count + 256 + 34 * (deps.count + named.count))
    let optionalKeys = [previous != nil, curator != nil, !named.isEmpty, body != nil].filter { $0 }.count
    encoder.writeMapHead(count: 7 + optionalKeys)
    encoder.write(key: HeaderKey.version) { $0.write(unsigned: Self.formatVersion) }
    encoder.write(key: HeaderKey.store) { $0.write(bytes: store.bytes) }
    encoder.write(key: HeaderKey.replica) { $0.write(bytes: replica.bytes) }
    encoder.write(key: HeaderKey.sequence) { $0.write(unsigned: sequence) }
    if let previous { encoder.write(key: HeaderKey.previous) { $0.write(bytes: previous.bytes) } }
    encoder.write(key: HeaderKey.deps) { $0.write(ids: deps) }
    encoder.write(key: HeaderKey.time) { $0.write(int: timeMilliseconds) }
    if let curator { encoder.write(key: HeaderKey.curator) { $0.write(bytes: curator.bytes) } }
    if !named.isEmpty { encoder.write(key: HeaderKey.named) { $0.write(ids: named) } }
    encoder.write(key: HeaderKey.ops) {
      $0.writeArrayHead(count: ops.count)
      $0.append(encoded: opsEncoder.bytes)
    }
    if let body { encoder.write(key: HeaderKey.bodyHash) { $0.write(bytes: body.hash.bytes) } }
    let encoded = EncodedChange(header: encoder.bytes, body: body?.encoded)
    guard encoded.header.count + (body?.largestByteCount ?? 0) <= Limits.changeBytes else {
      throw .tooLarge("the change")
    }
    return encoded
  }

  /// Makes sure that no cell has two ops; a create takes up every cell of its record.
  static func checkCells(_ ops: [Op]) throws(ChangeError) {
    var cells = Set<CellKey>()
    var records: [RecordKey: Bool] = [:]
    for op in ops {
      let isCreate = op.action == .create
      if let createdBefore = records[op.recordKey], isCreate || createdBefore {
        throw .inconsistent("record \(op.record) is created and written by the same change")
      }
      records[op.recordKey] = isCreate
      if !cells.insert(op.cell).inserted { throw .inconsistent("two ops write the same cell of record \(op.record)") }
    }
  }
}

extension CBOREncoder {
  mutating func write(key: UInt64, _ value: (inout CBOREncoder) -> Void) {
    write(unsigned: key)
    value(&self)
  }

  mutating func write(ids: [ChangeID]) {
    writeArrayHead(count: ids.count)
    for id in ids { write(bytes: id.bytes) }
  }
}

extension Op {
  fileprivate func encode(
    into encoder: inout CBOREncoder, indexOfNamed: [ChangeID: Int], bodyValues: inout [CBORValue]
  ) {
    func write(indexes ids: [ChangeID], to encoder: inout CBOREncoder) {
      encoder.writeArrayHead(count: ids.count)
      for index in ids.compactMap({ indexOfNamed[$0] }).sorted() { encoder.write(unsigned: UInt64(index)) }
    }
    let payloadKeys = payloadKeyCount
    encoder.writeMapHead(
      count: 3 + (field.isEmpty ? 0 : 1) + (element == nil ? 0 : 1) + (supersedes.isEmpty ? 0 : 1) + payloadKeys
        + (reason == nil ? 0 : 1))
    encoder.write(key: OpKey.kind) { $0.write(text: kind) }
    encoder.write(key: OpKey.record) { $0.write(bytes: record.bytes) }
    if !field.isEmpty { encoder.write(key: OpKey.field) { $0.write(text: field) } }
    if let element { encoder.write(key: OpKey.element) { $0.write(text: element) } }
    encoder.write(key: OpKey.action) { $0.write(unsigned: action.rawValue) }
    if !supersedes.isEmpty { encoder.write(key: OpKey.supersedes) { write(indexes: supersedes, to: &$0) } }
    switch payload {
    case .none: break
    case .create(let values, let elements):
      Self.encodeCreate(values, elements, into: &encoder, bodyValues: &bodyValues)
    case .value(let value):
      if value.placement == .header {
        encoder.write(key: OpKey.headerValue) { $0.write(value.value) }
      } else {
        encoder.write(key: OpKey.bodyValue) { value.encodeReference(into: &$0, bodyValues: &bodyValues) }
      }
    case .splices(let splices, let inserted, let areTyped):
      if let inserted {
        encoder.write(key: OpKey.bodyValue) { inserted.encodeReference(into: &$0, bodyValues: &bodyValues) }
      }
      encoder.write(key: areTyped ? OpKey.typed : OpKey.splices) { encoder in
        encoder.writeArrayHead(count: splices.count)
        for splice in splices {
          encoder.writeArrayHead(count: 3)
          for number in [splice.position, splice.deleted, splice.inserted] { encoder.write(unsigned: UInt64(number)) }
        }
      }
    case .saw(let ids): encoder.write(key: OpKey.saw) { write(indexes: ids, to: &$0) }
    case .restates(let ids): encoder.write(key: OpKey.restates) { write(indexes: ids, to: &$0) }
    }
    if let reason {
      encoder.write(key: OpKey.reason) { reason.encodeReference(into: &$0, bodyValues: &bodyValues) }
    }
  }

  private var payloadKeyCount: Int {
    switch payload {
    case .none: 0
    case .value, .saw, .restates: 1
    case .splices(_, let inserted, _): inserted == nil ? 1 : 2
    case .create(let values, let elements):
      (values.contains { $0.value.placement == .header } ? 1 : 0)
        + (values.contains { $0.value.placement == .body } ? 1 : 0) + (elements.isEmpty ? 0 : 1)
    }
  }

  private static func encodeCreate(
    _ values: [FieldValue], _ elements: [FieldElements], into encoder: inout CBOREncoder, bodyValues: inout [CBORValue]
  ) {
    let sorted = values.sorted { CBOREncoder.textKeyPrecedes($0.field, $1.field) }
    let inHeader = sorted.filter { $0.value.placement == .header }
    if !inHeader.isEmpty {
      encoder.write(unsigned: OpKey.headerValue)
      encoder.writeMapHead(count: inHeader.count)
      for item in inHeader {
        encoder.write(text: item.field)
        encoder.write(item.value.value)
      }
    }
    if inHeader.count < sorted.count {
      encoder.write(unsigned: OpKey.bodyValue)
      encoder.writeMapHead(count: sorted.count - inHeader.count)
      for item in sorted where item.value.placement == .body {
        encoder.write(text: item.field)
        item.value.encodeReference(into: &encoder, bodyValues: &bodyValues)
      }
    }
    if !elements.isEmpty {
      encoder.write(unsigned: OpKey.elements)
      encoder.writeMapHead(count: elements.count)
      for item in elements.sorted(by: { CBOREncoder.textKeyPrecedes($0.field, $1.field) }) {
        encoder.write(text: item.field)
        encoder.writeArrayHead(count: item.elements.count)
        for element in item.elements { encoder.write(text: element) }
      }
    }
  }
}

extension OpValue {
  /// Writes where in the body the value stands, with the length of prose, and puts it there.
  fileprivate func encodeReference(into encoder: inout CBOREncoder, bodyValues: inout [CBORValue]) {
    if let scalarCount {
      encoder.writeArrayHead(count: 2)
      encoder.write(unsigned: UInt64(bodyValues.count))
      encoder.write(unsigned: UInt64(scalarCount))
    } else {
      encoder.write(unsigned: UInt64(bodyValues.count))
    }
    bodyValues.append(value)
  }
}
