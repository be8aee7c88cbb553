@testable import CRDT

/// JSON as the vector files have it: written with its keys in the order given, on one line.
enum VectorJSON {
  case null
  case bool(Bool)
  case int(Int64)
  case text(String)
  case array([VectorJSON])
  case object([(String, VectorJSON)])

  static func hex(_ bytes: [UInt8]?) -> VectorJSON { bytes.map { .text(hexadecimal($0)) } ?? .null }

  static func ids(_ ids: [ChangeID]) -> VectorJSON { .array(ids.map { .text($0.hex) }) }

  /// A CBOR value: bytes as `{"bytes": hex}` and maps as `{"map": {...}}`, all else as it is in JSON.
  static func value(_ value: CBORValue) -> VectorJSON {
    switch value {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .int(let int): .int(int)
    case .bytes(let bytes): .object([("bytes", hex(bytes))])
    case .text(let text): .text(text)
    case .array(let items): .array(items.map { Self.value($0) })
    case .map(let entries): .object([("map", .object(entries.map { ($0.key, Self.value($0.value)) }))])
    }
  }

  var written: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): "\(int)"
    case .text(let text): Self.quoted(text)
    case .array(let items): "[" + items.map(\.written).joined(separator: ", ") + "]"
    case .object(let entries):
      "{" + entries.map { Self.quoted($0.0) + ": " + $0.1.written }.joined(separator: ", ") + "}"
    }
  }

  /// All but printable ASCII is escaped, so that no editor or transport changes a text's normal form.
  private static func quoted(_ text: String) -> String {
    var out = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: out += "\\\""
      case 0x5C: out += "\\\\"
      case 0x20..<0x7F: out.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: out += "\\u" + hexadecimal([UInt8(unit >> 8), UInt8(unit & 0xFF)])
      }
    }
    return out + "\""
  }
}

extension CBORCase {
  var json: VectorJSON {
    switch outcome {
    case .success(let value):
      .object([("name", .text(name)), ("hex", .hex(bytes)), ("accepted", .bool(true)), ("value", .value(value))])
    case .failure(let error):
      .object([
        ("name", .text(name)), ("hex", .hex(bytes)), ("accepted", .bool(false)), ("reason", .text("\(error.reason)")),
        ("offset", .int(Int64(error.offset))),
      ])
    }
  }
}

extension GoodChange {
  /// The line of changes.jsonl, but for the seal, which need not be made anew the same.
  func json() throws -> [(String, VectorJSON)] {
    let change = try Change(decoding: encoded)
    return [
      ("name", .text(name)), ("id", .text(encoded.id.hex)), ("header", .hex(encoded.header)),
      ("body", .hex(encoded.body)),
      ("store", .text(change.store.description)), ("replica", .text(change.replica.hex)),
      ("sequence", .int(Int64(change.sequence))), ("previous", .hex(change.previous?.bytes)),
      ("deps", .ids(change.deps)),
      ("time", .int(change.timeMilliseconds)), ("curator", change.curator.map { .text($0.description) } ?? .null),
      ("prerequisites", .ids(change.prerequisites)), ("ops", .array(change.ops.map(\.json))),
    ]
  }
}

extension Op {
  fileprivate var json: VectorJSON {
    var entries: [(String, VectorJSON)] = [
      ("kind", .text(kind)), ("record", .text(record.description)), ("field", .text(field)),
      ("element", element.map { .text($0) } ?? .null), ("action", .text(action.name)), ("supersedes", .ids(supersedes)),
    ]
    switch payload {
    case .none: break
    case .create(let values, let elements):
      entries.append(("values", .object(values.map { ($0.field, $0.value.json) })))
      entries.append(("elements", .object(elements.map { ($0.field, .array($0.elements.map { .text($0) })) })))
    case .value(let value): entries.append(("value", value.json))
    case .splices(let splices, let inserted, let areTyped):
      let triples = splices.map { [$0.position, $0.deleted, $0.inserted].map { VectorJSON.int(Int64($0)) } }
      entries.append((areTyped ? "typed" : "splices", .array(triples.map { .array($0) })))
      entries.append(("inserted", inserted?.json ?? .null))
    case .saw(let ids): entries.append(("saw", .ids(ids)))
    case .restates(let ids): entries.append(("restates", .ids(ids)))
    }
    return .object(entries)
  }
}

extension OpValue {
  fileprivate var json: VectorJSON {
    .object([
      ("in", .text(placement == .header ? "header" : "body")), ("erased", .bool(isErased)),
      ("scalars", scalarCount.map { .int(Int64($0)) } ?? .null), ("value", .value(value)),
    ])
  }
}

extension RefusedChange {
  /// The line of refused.jsonl, but for the seal: store and replica are those whose log it is checked as a part of.
  func json() throws -> [(String, VectorJSON)] {
    var entries: [(String, VectorJSON)] = [
      ("name", .text(name)), ("header", .hex(encoded.header)), ("body", .hex(encoded.body)),
      ("store", .text(Fixture.store.description)), ("replica", .text(try Fixture.replica().hex)),
    ]
    if let after {
      entries.append(("after", .object([("id", .text(after.id.hex)), ("sequence", .int(Int64(after.sequence)))])))
    }
    let (reason, cbor) = Self.reason(of: error)
    entries.append(("reason", .text(reason)))
    if let cbor {
      entries.append(("cbor", .text("\(cbor.reason)")))
      entries.append(("offset", .int(Int64(cbor.offset))))
    }
    entries.append(("says", .text(error.description)))
    return entries
  }

  static func reason(of error: LogError) -> (String, CBORError?) {
    switch error {
    case .change(.header(let error)): ("header", error)
    case .change(.body(let error)): ("body", error)
    case .change(.version): ("version", nil)
    case .change(.missing): ("missing", nil)
    case .change(.inconsistent): ("inconsistent", nil)
    case .change(.tooLarge): ("tooLarge", nil)
    case .change(.bodyHash): ("bodyHash", nil)
    case .otherStore: ("otherStore", nil)
    case .otherReplica: ("otherReplica", nil)
    case .brokenChain: ("brokenChain", nil)
    case .invalidSeal: ("invalidSeal", nil)
    case .unsealed: ("unsealed", nil)
    }
  }
}
