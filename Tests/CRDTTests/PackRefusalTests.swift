import Testing

@testable import CRDT

@Suite("Packs that are not as they should be")
struct PackRefusalTests {
  private static func error(of bytes: [UInt8], expecting store: StoreID? = Fixture.store) -> PackError? {
    do throws(PackError) { _ = try PackCases.open(bytes, expecting: store) } catch { return error }
    return nil
  }

  @Test("A pack cut off anywhere, or with one bit flipped anywhere, is refused before it is decompressed")
  func damage() throws {
    let pack = try PackCases.conversation().pack
    func isRefused(_ bytes: [UInt8]) -> Bool {
      do throws(PackError) {
        _ = try Pack(opening: bytes, expecting: nil) { _, _ in
          Issue.record("it is decompressed")
          return []
        }
      } catch { return true }
      return false
    }
    for count in pack.indices { #expect(isRefused(Array(pack[..<count])), "\(count) bytes") }
    for index in pack.indices {
      var spoiled = pack
      spoiled[index] ^= 1 << UInt8(index % 8)
      #expect(isRefused(spoiled), "byte \(index)")
    }
    #expect(isRefused(pack + [0]))
  }

  @Test("The head tells what is wrong")
  func head() throws {
    let pack = try PackCases.conversation().pack
    #expect(Self.error(of: []) == .notAPack)
    #expect(Self.error(of: Array(pack[..<60])) == .notAPack)
    #expect(Self.error(of: pack.map { $0 == 0x0D ? 0x0A : $0 }) == .notAPack)
    var later = pack
    later[8] = 2
    #expect(Self.error(of: later) == .version(2))
    #expect(Self.error(of: pack, expecting: Fixture.otherStore) == .otherStore(Fixture.store))
    #expect(Self.error(of: pack, expecting: nil) == nil)
    #expect(Self.error(of: Array(pack.dropLast())) == .hash)
    let large = pack + [UInt8](repeating: 0, count: Pack.maximumBytes)
    #expect(Self.error(of: large) == .tooLarge("the pack"))
  }

  @Test("A small pack cannot ask for much memory")
  func bomb() throws {
    let (bomb, _) = PackHead.pack([1, 2, 3], store: Fixture.store, contentBytes: Pack.maximumContentBytes + 1)
    #expect(Self.error(of: bomb) == .tooLarge("the length of the contents"))
    let (lying, _) = PackHead.pack(StoredFrame.compress([0]), store: Fixture.store, contentBytes: 2)
    #expect(Self.error(of: lying) == .compression)
    for made in [1, 3] {
      #expect(throws: PackError.compression) {
        try Pack(opening: lying, expecting: nil) { _, _ in [UInt8](repeating: 0, count: made) }
      }
    }
  }

  @Test("Few bytes that stand for more than a pack may hold", arguments: [false, true])
  func repeatedWord(inBody: Bool) throws {
    let word = String(repeating: "x", count: 1_000_000)
    let set = Op(
      kind: "claim", record: Fixture.claim, field: "title", action: .set,
      payload: .value(inBody ? .inBody(.text(word)) : .inHeader(.text(word))))
    let pack = try PackCases.pack([(1, [try PackCases.change(by: 1, deps: [], ops: [set])])])
    let place = inBody ? PackPlace.bodyText : .valueOfInteger
    let spoiled = try PackCases.replacing(PackStream.texts + place.rawValue, of: pack) { codes in
      codes = Array(codes.dropLast(2)) + PackNumber.encode(1_000) + [0] + [UInt8](repeating: inBody ? 2 : 4, count: 999)
    }
    #expect(Self.error(of: spoiled) == .tooLarge("what the pack holds"))
  }

  @Test("Absurd counts, lengths and references", arguments: [1 << 31, 1 << 53, 1 << 60, .max] as [UInt64])
  func absurdNumbers(_ absurd: UInt64) throws {
    let pack = try PackCases.conversation().pack
    let streams = try PackFuzzing.streams(of: StoredFrame.contents(of: pack)).orThrow()
    let numbers =
      [PackStream.order, PackStream.lengths, PackStream.longIDs] + Array(PackStream.shortIDs..<PackStream.count)
    for stream in numbers where !streams[stream].isEmpty {
      for offset in Self.offsetsOfNumbers(streams[stream]).prefix(12) {
        let spoiled = try PackCases.replacing(stream, of: pack) { bytes in
          var end = offset
          _ = PackNumber.decode(bytes, &end)
          bytes.replaceSubrange(offset..<end, with: PackNumber.encode(absurd))
        }
        guard case .contents = Self.error(of: spoiled) else {
          Issue.record("stream \(stream), byte \(offset): \(String(describing: Self.error(of: spoiled)))")
          continue
        }
      }
    }
    for offset in [32, 33] {
      let spoiled = try PackCases.replacing(PackStream.runs, of: pack) {
        $0.replaceSubrange(offset..<offset + 1, with: PackNumber.encode(absurd))
      }
      guard case .contents = Self.error(of: spoiled) else {
        Issue.record("runs, byte \(offset)")
        continue
      }
    }
    var contents = StoredFrame.contents(of: pack)
    contents.replaceSubrange(0..<2, with: PackNumber.encode(absurd))
    guard case .contents = Self.error(of: PackFuzzing.rehashed(head: pack, contents: contents)) else {
      Issue.record("the length of a stream")
      return
    }
  }

  private static func offsetsOfNumbers(_ stream: [UInt8]) -> [Int] {
    var offsets: [Int] = []
    var offset = 0
    while offset < stream.count {
      offsets.append(offset)
      _ = PackNumber.decode(stream, &offset)
    }
    return offsets
  }

  @Test("A number in another form than the shortest")
  func longNumber() throws {
    let pack = try PackCases.pack([(1, PackCases.log(count: 1))])
    let spoiled = try PackCases.replacing(PackStream.order, of: pack) { $0 = [0x80, 0x00, 0x01] }
    guard case .contents(_, "a number is not in its shortest form") = Self.error(of: spoiled) else {
      Issue.record("\(String(describing: Self.error(of: spoiled)))")
      return
    }
  }

  @Test("Items nested as deeply as anybody likes", arguments: [PackShape.array + 1, PackShape.map + 1])
  func depth(_ shape: UInt8) throws {
    let pack = try PackCases.pack([(1, PackCases.log(count: 1))])
    let spoiled = try PackCases.replacing(PackStream.shapes, of: pack) {
      $0.replaceSubrange(
        2..<3, with: [UInt8](repeating: shape, count: 1_000_000).flatMap { [$0, 1].prefix($0 < 0xA0 ? 1 : 2) })
    }
    guard case .contents(_, "items are nested too deeply") = Self.error(of: spoiled) else {
      Issue.record("\(String(describing: Self.error(of: spoiled)))")
      return
    }
  }

  @Test("A wrong seal refuses its run and no other")
  func wrongSeal() throws {
    let (first, second) = (try PackCases.log(by: 1, count: 4), try PackCases.log(by: 2, count: 3))
    let pack = try PackCases.pack([(1, first), (2, second)])
    let spoiled = try PackCases.replacing(PackStream.seals, of: pack) { $0[0] ^= 1 }
    let opened = try PackCases.open(spoiled)
    #expect(opened.entries.map(\.encoded) == second.map(\.encoded))
    #expect(
      opened.refused == [
        Pack.RefusedRun(run: 0, replica: try Fixture.replica(1), sequence: 1, count: 4, reason: .invalidSeal)
      ])
  }

  @Test("What a good seal vouches for stays when a later one is wrong")
  func laterSeal() throws {
    let text = String(repeating: "x", count: 900_000)
    let log = try PackCases.log(count: 4, text: { _ in text })
    let pack = try PackCases.pack([(1, log)])
    let spoiled = try PackCases.replacing(PackStream.seals, of: pack) { $0[$0.count - 1] ^= 1 }
    let opened = try PackCases.open(spoiled)
    #expect(opened.entries.map(\.id) == log[..<2].map(\.id))
    #expect(opened.refused.map(\.sequence) == [3] && opened.refused.map(\.count) == [2])
    #expect(opened.refused.map(\.reason) == [.invalidSeal])
  }

  @Test("More than 2 MiB under one seal")
  func unsealed() throws {
    let text = String(repeating: "x", count: 900_000)
    let log = try PackCases.log(count: 3, text: { _ in text })
    let pack = try PackCases.pack([(1, log)])
    let withoutFirst = try PackCases.replacing(PackStream.seals, of: pack) { $0.removeFirst(64) }
    let spoiled = try PackCases.replacing(PackStream.runs, of: withoutFirst) {
      $0.replaceSubrange(33..., with: [1, 3])
    }
    let opened = try PackCases.open(spoiled)
    #expect(opened.entries.isEmpty && opened.refused.map(\.reason) == [.unsealed])
  }

  @Test("A run that claims to follow another change than it does")
  func otherBeginning() throws {
    let log = try PackCases.log(count: 3)
    var writer = PackWriter(store: Fixture.store)
    try writer.append(Array(log[1...]), replica: Fixture.replica(), after: (log[0].id, 1))
    let pack = try writer.finish(compress: StoredFrame.compress).bytes
    let otherID = try PackCases.replacing(PackStream.runs, of: pack) { $0[40] ^= 1 }
    let otherSequence = try PackCases.replacing(PackStream.runs, of: pack) { $0[32] = 2 }
    let otherReplica = try PackCases.replacing(PackStream.runs, of: pack) { $0[0] ^= 1 }
    for spoiled in [otherID, otherSequence, otherReplica] {
      let opened = try PackCases.open(spoiled)
      #expect(opened.entries.isEmpty && opened.refused.map(\.reason) == [.invalidSeal])
    }
  }

  @Test("A change that is malformed refuses its run from the last seal on, with the reason")
  func malformedChange() throws {
    let pack = try PackCases.pack([(1, PackCases.log(by: 1, count: 3)), (2, PackCases.log(by: 2, count: 1))])
    let cases: [(Int, (inout [UInt8]) -> Void, LogError)] = [
      (PackStream.integers + PackPlace.valueOfInteger.rawValue, { $0[1] = 5 }, .change(.inconsistent(""))),
      (PackStream.raw, { $0[16] ^= 1 }, .invalidSeal),
      (PackStream.newBodyWords, { $0[0] ^= 1 }, .invalidSeal),
      (PackStream.newBodyWords, { $0[0] = 0xFF }, .change(.body(CBORError(offset: 0, reason: .invalidUTF8)))),
    ]
    for (stream, change, reason) in cases {
      let opened = try PackCases.open(PackCases.replacing(stream, of: pack, change))
      let first = try #require(opened.refused.first)
      #expect(first.run == 0 && first.sequence == 1 && first.count == 3)
      #expect(Self.kind(first.reason) == Self.kind(reason), "\(first.reason)")
    }
  }

  private static func kind(_ error: LogError) -> String {
    switch error {
    case .change(.body(let error)): "body \(error.reason)"
    case .change(.inconsistent): "inconsistent"
    default: "\(error)"
    }
  }

  @Test("Nothing crashes, and nothing spoiled is believed", arguments: [1, 2] as [UInt64])
  func mutations(_ seed: UInt64) throws {
    var fuzzing = PackFuzzing(
      seed: seed, packs: [try PackCases.everyGoodChange().pack, try PackCases.conversation().pack])
    var outcomes: [String: Int] = [:]
    do throws(Fuzzing.Violation) {
      for _ in 0..<300 { outcomes[try fuzzing.step(), default: 0] += 1 }
    } catch { Issue.record("seed \(seed): \(error)") }
    #expect(outcomes.count > 6, "too few outcomes are reached: \(outcomes.sorted { $0.key < $1.key })")
  }
}
