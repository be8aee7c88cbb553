import CRDT

/// Spoils the contents of good packs and gives them a right hash again, so that what is behind the hash is reached.
///
/// The packs must be "compressed" by ``StoredFrame``.
struct PackFuzzing {
  private static let streamCount = 31

  private let packs: [[UInt8]]
  private var mutator: Mutator

  init(seed: UInt64, packs: [[UInt8]]) {
    self.packs = packs
    mutator = Mutator(random: SplitMix64(seed: seed))
  }

  /// Opens the next spoiled pack.
  ///
  /// - Returns: how it ended, in a word.
  /// - Throws: ``Fuzzing/Violation`` where something is believed that should not be.
  mutating func step() throws(Fuzzing.Violation) -> String {
    let pack = mutator.random.pick(packs)
    let contents = StoredFrame.contents(of: pack)
    let other = StoredFrame.contents(of: mutator.random.pick(packs))
    let spoiled =
      mutator.random.chance(percent: 15)
      ? mutator.mutate(contents, other: other) : spoilStreams(of: contents, other: other)
    let bytes = Self.rehashed(head: pack, contents: spoiled)
    let opened: Pack
    do throws(PackError) {
      opened = try Pack(opening: bytes, expecting: nil) { bytes, length in
        try StoredFrame.decompress(bytes, length)
      }
    } catch { return Self.name(of: error) }
    try Self.check(opened, bytes)
    return opened.refused.isEmpty ? "accepted" : "refused \(Self.name(of: opened.refused[0].reason))"
  }

  /// Changes some streams, and the lengths that stand before them along with them.
  private mutating func spoilStreams(of contents: [UInt8], other: [UInt8]) -> [UInt8] {
    guard var streams = Self.streams(of: contents), let others = Self.streams(of: other) else { return contents }
    let filled = streams.indices.filter { !streams[$0].isEmpty || mutator.random.chance(percent: 10) }
    for _ in 0...mutator.random.below(3) {
      let stream = mutator.random.pick(filled)
      streams[stream] = mutator.mutate(streams[stream], other: others[stream])
    }
    return streams.reduce(into: []) { $0 += PackNumber.encode(UInt64($1.count)) } + streams.flatMap { $0 }
  }

  static func streams(of contents: [UInt8]) -> [[UInt8]]? {
    var offset = 0
    let lengths = (0..<streamCount).map { _ in Int(PackNumber.decode(contents, &offset) & 0xFFFF_FFFF) }
    guard lengths.reduce(offset, +) == contents.count else { return nil }
    return lengths.map { length in
      defer { offset += length }
      return Array(contents[offset..<offset + length])
    }
  }

  /// A pack with the head's magic, version and store, and these contents.
  static func rehashed(head: [UInt8], contents: [UInt8]) -> [UInt8] {
    let start = Array(head[..<25])
    let length = (0..<4).map { UInt8(truncatingIfNeeded: contents.count >> (24 - 8 * $0)) }
    let rest = length + StoredFrame.compress(contents)
    // The id of a change is SHA-256 of its header, whatever that is: so the benchmarks need no module for hashing.
    return start + EncodedChange(header: start + rest, body: nil).id.bytes + rest
  }

  /// What is believed must be what the logs' own rules allow, and all that is not must be told.
  private static func check(_ pack: Pack, _ input: [UInt8]) throws(Fuzzing.Violation) {
    var verifiers: [Int: LogVerifier] = [:]
    for entry in pack.entries {
      guard entry.encoded.id == entry.id, (try? Change(decoding: entry.encoded)) == entry.change else {
        throw Fuzzing.Violation(what: "an entry is not what its bytes say", input: input)
      }
      let previous = entry.change.previous.map { (id: $0, sequence: entry.sequence - 1) }
      var verifier =
        verifiers[entry.run] ?? LogVerifier(store: pack.store, replica: entry.replica, after: previous)
      guard (try? verifier.check(entry.encoded, seal: entry.seal)) != nil else {
        throw Fuzzing.Violation(what: "an entry is not the next of its log", input: input)
      }
      verifiers[entry.run] = verifier
    }
    guard verifiers.values.allSatisfy(\.isSealed), pack.refused.allSatisfy({ $0.count > 0 }) else {
      throw Fuzzing.Violation(what: "a run does not end with a seal", input: input)
    }
  }

  private static func name(of error: PackError) -> String {
    switch error {
    case .contents(_, let what): what
    default: "\(error)"
    }
  }

  private static func name(of error: LogError) -> String {
    switch error {
    case .change: "change"
    default: "\(error)".split(separator: ":").first.map(String.init) ?? ""
    }
  }
}

/// Numbers as they stand in a pack, written without the code that is to be tested.
enum PackNumber {
  static func encode(_ value: UInt64) -> [UInt8] {
    for following in 0..<8 where value >> UInt64(7 * following + 7) == 0 {
      let bytes = (0...following).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (following - $0))) }
      return [bytes[0] | ~(0xFF >> UInt8(following))] + bytes.dropFirst()
    }
    return [0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
  }

  /// Reads a number; beyond the end there are zeros.
  static func decode(_ bytes: [UInt8], _ offset: inout Int) -> UInt64 {
    func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    let head = byte(offset)
    let following = (~head).leadingZeroBitCount
    defer { offset += 1 + following }
    let start = following == 8 ? 0 : UInt64(head & (0x7F >> UInt8(following)))
    return (0..<following).reduce(start) { $0 << 8 | UInt64(byte(offset + 1 + $1)) }
  }
}

/// A zstd frame (RFC 8878) of raw blocks: any decoder reads it, and none is needed to write it.
enum StoredFrame {
  struct NotStored: Error {}

  private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  private static let blockBytes = 1 << 17

  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    // A single segment with its content size in four bytes, no checksum.
    var frame = magic + [0xA0] + (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    var start = 0
    repeat {
      let end = min(bytes.count, start + blockBytes)
      let head = (end - start) << 3 | (end == bytes.count ? 1 : 0)
      frame += (0..<3).map { UInt8(truncatingIfNeeded: head >> (8 * $0)) }
      frame += bytes[start..<end]
      start = end
    } while start < bytes.count
    return frame
  }

  static func decompress(_ frame: [UInt8], _ length: Int) throws -> [UInt8] {
    guard frame.count >= 9, frame.starts(with: magic), frame[4] == 0xA0 else { throw NotStored() }
    var out: [UInt8] = []
    var offset = 9
    while true {
      guard frame.count - offset >= 3 else { throw NotStored() }
      let head = Int(frame[offset]) | Int(frame[offset + 1]) << 8 | Int(frame[offset + 2]) << 16
      let end = offset + 3 + head >> 3
      guard head & 6 == 0, end <= frame.count, out.count + head >> 3 <= length else { throw NotStored() }
      out += frame[offset + 3..<end]
      offset = end
      if head & 1 == 1 { break }
    }
    guard offset == frame.count, out.count == length else { throw NotStored() }
    return out
  }

  /// The contents of a pack whose frame is one of these.
  static func contents(of pack: [UInt8]) -> [UInt8] {
    (try? decompress(Array(pack[61...]), pack[57..<61].reduce(0) { $0 << 8 | Int($1) })) ?? []
  }
}
