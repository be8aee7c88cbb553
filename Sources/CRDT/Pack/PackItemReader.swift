/// Puts the changes of a pack together again from its streams (Schema/pack.md, "Changes").
///
/// It knows nothing of what makes a change good: whatever the streams say becomes bytes, bounded in size and depth,
/// and those are checked like bytes from anywhere.
struct PackItemReader {
  var streams: PackStreamReader
  private var bodyWords = Words(stream: PackStream.newBodyWords)
  private var names = Words(stream: PackStream.newNames)
  private var longIDs: [ChangeID] = []
  private var lastTime: Int64 = 0
  private var out = CBOREncoder()
  private var wordsOfText: [Range<Int>] = []
  private var remainingBytes = Pack.maximumBytes

  init(_ streams: PackStreamReader) { self.streams = streams }

  /// Enters the id of a change, so that what follows can refer to it.
  mutating func addLongID(_ id: ChangeID) { longIDs.append(id) }

  /// Reads the change that follows `last` in its log.
  ///
  /// - Returns: its bytes, and its body as far as that can be read.
  mutating func read(
    after last: (id: ChangeID, sequence: UInt64)?, prefix: PackPrefix
  ) throws(PackError) -> (encoded: EncodedChange, body: CheckedBody?) {
    let shape = try streams.byte(PackStream.shapes)
    guard let rest = try readCount(shape, PackShape.map) else { throw unknownShape() }
    out = CBOREncoder(reservingCapacity: 512)
    let count = rest.addingReportingOverflow(PackPrefix.entryCount(after: last))
    guard !count.overflow else { throw unknownShape() }
    out.writeHead(5, count.partialValue)
    prefix.write(after: last, to: &out)
    var hashPlaces: [Int] = []
    for _ in 0..<rest { if let place = try readEntry() { hashPlaces.append(place) } }
    var header = out.bytes
    guard !hashPlaces.isEmpty else {
      try spend(header.count)
      return (EncodedChange(header: header, body: nil), nil)
    }
    out = CBOREncoder(reservingCapacity: 512)
    try readItem(at: .valueOfInteger, inBody: true, depth: 0)
    let bytes = out.bytes
    try spend(header.count + bytes.count)
    let isSmall = header.count + bytes.count <= Limits.changeBytes
    let body = isSmall ? try? CheckedBody(decoding: bytes) : nil
    if let body {
      for place in hashPlaces { header.replaceSubrange(place..<place + 32, with: body.hash.bytes) }
    }
    return (EncodedChange(header: header, body: bytes), body)
  }

  /// - Returns: where the hash of the body has to go, where this is its entry.
  private mutating func readEntry() throws(PackError) -> Int? {
    let shape = try streams.byte(PackStream.shapes)
    guard let key = try readIntegerKey(shape) else { throw unknownShape() }
    out.write(unsigned: key)
    switch key {
    case HeaderKey.time:
      lastTime &+= ZigZag.decode(try streams.number(PackStream.times))
      out.write(int: lastTime)
    case HeaderKey.bodyHash:
      out.write(bytes: [UInt8](repeating: 0, count: 32))
      return out.bytes.count - 32
    default: try readItem(at: .valueOfInteger, inBody: false, depth: 1)
    }
    return nil
  }

  private mutating func readItem(at place: PackPlace, inBody: Bool, depth: Int) throws(PackError) {
    try readItem(try streams.byte(PackStream.shapes), at: place, inBody: inBody, depth: depth)
  }

  private mutating func readItem(
    _ shape: UInt8, at place: PackPlace, inBody: Bool, depth: Int
  ) throws(PackError) {
    guard depth < PackLimits.depth else { throw damage("items are nested too deeply") }
    guard out.bytes.count <= remainingBytes else { throw .tooLarge("what the pack holds") }
    switch shape {
    case PackShape.unsigned: out.writeHead(0, try streams.number(PackStream.integers + place.rawValue))
    case PackShape.negative: out.writeHead(1, try streams.number(PackStream.integers + place.rawValue))
    case PackShape.bytes:
      let range = try streams.span(PackStream.raw, count: try streams.number(PackStream.lengths))
      out.writeHead(2, UInt64(range.count))
      out.append(encoded: streams.contents[range])
    case PackShape.shortID where !inBody: try readShortID(at: place)
    case PackShape.longID where !inBody: try readLongID()
    case PackShape.text: try readText(at: inBody && place != .key ? .bodyText : place)
    case 0xF4...0xF6: out.append(encoded: CollectionOfOne(shape))
    default: try readContainer(shape, inBody: inBody, depth: depth)
    }
  }

  private mutating func readContainer(_ shape: UInt8, inBody: Bool, depth: Int) throws(PackError) {
    if let count = try readCount(shape, PackShape.array) {
      out.writeHead(4, count)
      for index in 0..<count { try readItem(at: PackPlace(index: index), inBody: inBody, depth: depth + 1) }
      return
    }
    guard let count = try readCount(shape, PackShape.map) else { throw unknownShape() }
    out.writeHead(5, count)
    for _ in 0..<count {
      let shape = try streams.byte(PackStream.shapes)
      if let key = try readIntegerKey(shape) {
        out.write(unsigned: key)
      } else {
        guard (PackShape.negative...PackShape.text).contains(shape) else { throw unknownShape() }
        try readItem(shape, at: .key, inBody: inBody, depth: depth + 1)
      }
      let place: PackPlace = shape == PackShape.text ? .valueOfText : .valueOfInteger
      try readItem(at: place, inBody: inBody, depth: depth + 1)
    }
  }

  /// - Returns: the length, where the shape is one of that type of container.
  private mutating func readCount(_ shape: UInt8, _ type: UInt8) throws(PackError) -> UInt64? {
    guard (type...type + PackShape.long).contains(shape) else { return nil }
    return shape == type + PackShape.long ? try streams.number(PackStream.lengths) : UInt64(shape - type)
  }

  private mutating func readIntegerKey(_ shape: UInt8) throws(PackError) -> UInt64? {
    guard shape <= PackShape.long else { return nil }
    guard shape == PackShape.long else { return UInt64(shape) }
    return try streams.number(PackStream.integers + PackPlace.key.rawValue)
  }

  private mutating func readShortID(at place: PackPlace) throws(PackError) {
    let stream = PackStream.shortIDs + place.rawValue
    let distance = try streams.number(stream)
    let end = streams.offset(PackStream.newShortIDs)
    var range = end..<end
    if distance == 0 {
      range = try streams.span(PackStream.newShortIDs, count: 16)
    } else {
      let known = (end - streams.start(PackStream.newShortIDs)) / 16
      guard distance <= UInt64(known) else { throw streams.outOfRange(stream) }
      range = end - 16 * Int(distance)..<end - 16 * Int(distance) + 16
    }
    out.writeHead(2, 16)
    out.append(encoded: streams.contents[range])
  }

  private mutating func readLongID() throws(PackError) {
    let distance = try streams.number(PackStream.longIDs)
    if distance == 0, let id = ChangeID(try streams.bytes(PackStream.newLongIDs, count: 32)) { longIDs.append(id) }
    guard distance <= UInt64(longIDs.count) else { throw streams.outOfRange(PackStream.longIDs) }
    out.write(bytes: longIDs[longIDs.count - max(1, Int(distance))].bytes)
  }

  private mutating func readText(at place: PackPlace) throws(PackError) {
    let stream = PackStream.texts + place.rawValue
    let count = try streams.number(stream)
    guard count > 0 else { return out.writeHead(3, 0) }
    wordsOfText.removeAll(keepingCapacity: true)
    var length: UInt64 = 0
    for _ in 0..<count {
      let range =
        place == .bodyText ? try bodyWords.read(stream, &streams) : try names.read(stream, &streams)
      wordsOfText.append(range)
      length += UInt64(range.count) + 1
      guard length <= UInt64(remainingBytes) else { throw .tooLarge("what the pack holds") }
    }
    out.writeHead(3, length - 1)
    for (index, range) in wordsOfText.enumerated() {
      if index > 0 { out.append(encoded: CollectionOfOne(UInt8(ascii: " "))) }
      out.append(encoded: streams.contents[range])
    }
  }

  private mutating func spend(_ count: Int) throws(PackError) {
    guard count <= remainingBytes else { throw .tooLarge("what the pack holds") }
    remainingBytes -= count
  }

  private func damage(_ what: String) -> PackError {
    .contents(offset: streams.offset(PackStream.shapes) - 1, what)
  }

  private func unknownShape() -> PackError { damage("a shape is not one that can stand there") }

  /// Words by their number, and the stream in which they stand where they first occur.
  private struct Words {
    let stream: Int
    /// The first one is the empty word.
    private var ranges: [Range<Int>] = [0..<0]

    init(stream: Int) { self.stream = stream }

    /// Reads what stands for a word: 0 where it is new, else one more than its number.
    mutating func read(_ codes: Int, _ streams: inout PackStreamReader) throws(PackError) -> Range<Int> {
      let code = try streams.number(codes)
      if code == 0 {
        let range = try streams.word(stream)
        ranges.append(range)
        return range
      }
      guard code <= UInt64(ranges.count) else { throw streams.outOfRange(codes) }
      return ranges[Int(code) - 1]
    }
  }
}
