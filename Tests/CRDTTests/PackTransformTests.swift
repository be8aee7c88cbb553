import Testing

@testable import CRDT

/// Whatever a header or body may hold comes out of the streams byte for byte.
@Suite("Changes taken apart and put together again")
struct PackTransformTests {
  /// Takes changes apart, each as the first or a later one of its log, and puts them together again.
  private static func rebuilt(_ changes: [EncodedChange]) throws -> [EncodedChange] {
    var writer = PackItemWriter()
    var places: [(after: (id: ChangeID, sequence: UInt64)?, prefix: PackPrefix)] = []
    for encoded in changes {
      let change = try Change(decoding: encoded)
      let after = change.previous.map { (id: $0, sequence: change.sequence - 1) }
      places.append((after, PackPrefix(store: change.store, replica: change.replica)))
      _ = try writer.write(encoded, after: after, prefix: places[places.count - 1].prefix)
      writer.addLongID(encoded.id)
    }
    var reader = PackItemReader(try PackStreamReader(PackCases.contents(writer.finished())))
    var rebuilt: [EncodedChange] = []
    for place in places {
      let encoded = try reader.read(after: place.after, prefix: place.prefix).encoded
      reader.addLongID(encoded.id)
      rebuilt.append(encoded)
    }
    try reader.streams.finish()
    return rebuilt
  }

  @Test("Whole histories", arguments: 1...30 as ClosedRange<UInt64>)
  func histories(_ seed: UInt64) throws {
    var generator = try HistoryGenerator(seed: seed).orThrow()
    var changes = try generator.generate().changes.map(\.encoded)
    var random = SplitMix64(seed: seed)
    for index in changes.indices where random.chance(percent: 20) {
      guard var body = try changes[index].body.map({ try Body(decoding: $0) }) else { continue }
      body.erase(at: random.below(body.slots.count))
      changes[index].body = body.encoded
    }
    #expect(try Self.rebuilt(changes) == changes, "seed \(seed)")
  }

  @Test("What later versions may write", arguments: 1...40 as ClosedRange<UInt64>)
  func unknownItems(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let changes = try (0..<5).map { _ in
      let op = RawMap.op(Action(rawValue: 8 + UInt64(random.below(100)))).with(
        6 + UInt64(random.below(10)), Self.item(&random, levels: 3)
      ).with(random.pick([16, 23, 24, 255, 256, 1 << 40]), Self.item(&random, levels: 3))
      let header = try RawMap.header(ops: [op]).with(16, Self.item(&random, levels: 6))
        .with(random.pick([17, 23, 24, 65_536, .max]), Self.item(&random, levels: 3))
      return EncodedChange(header: header.encoded, body: nil)
    }
    #expect(try Self.rebuilt(changes) == changes, "seed \(seed)")
  }

  /// Any item that the format allows.
  private static func item(_ random: inout SplitMix64, levels: Int) -> [UInt8] {
    let count = random.chance(percent: 4) ? 20 + random.below(20) : random.below(4)
    switch random.below(levels > 0 ? 9 : 6) {
    case 0: return Raw.int(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
    case 1: return random.pick([[0xF4], [0xF5], [0xF6]])
    case 2: return Raw.bytes(random.bytes(random.pick([0, 15, 16, 17, 31, 32, 33, 300])))
    case 3: return Raw.bytes([UInt8](repeating: UInt8(random.below(3)), count: random.pick([16, 32])))
    case 4, 5: return Raw.text(text(&random))
    case 6: return Raw.array((0..<count).map { _ in item(&random, levels: levels - 1) })
    default:
      let keys = Set((0..<count).map { _ in key(&random) }).sorted { $0.lexicographicallyPrecedes($1) }
      return CBOREncoder.map(keys.map { ($0, item(&random, levels: levels - 1)) })
    }
  }

  private static func key(_ random: inout SplitMix64) -> [UInt8] {
    switch random.below(4) {
    case 0: Raw.unsigned(random.next() >> UInt64(1 + random.below(63)))
    case 1: Raw.int(-1 - Int64(random.below(1_000)))
    case 2: Raw.bytes(random.bytes(random.pick([0, 3, 16, 32])))
    default: Raw.text(text(&random))
    }
  }

  private static func text(_ random: inout SplitMix64) -> String {
    let pieces = ["", " ", "  ", "a", "LCN2", "שלום", "\u{0}", "e\u{301}", String(repeating: "x y", count: 9), "\n"]
    return (0..<random.below(6)).map { _ in random.pick(pieces) }.joined()
  }

  @Test("More words than two bytes can number")
  func manyWords() throws {
    let words = (0..<40_000).map { String($0, radix: 36) }
    let text = (words + words.reversed() + ["", "", "0"]).joined(separator: " ")
    let op = Op(
      kind: "claim", record: Fixture.claim, field: "title", action: .set, payload: .value(.inBody(.text(text))))
    let changes = [try Fixture.first([op]).encode(seed: Fixture.seed)]
    #expect(try Self.rebuilt(changes) == changes)
  }
}

extension CBOREncoder {
  fileprivate static func map(_ entries: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.writeMapHead(count: entries.count)
    for entry in entries {
      encoder.append(encoded: entry.key)
      encoder.append(encoded: entry.value)
    }
    return encoder.bytes
  }
}
