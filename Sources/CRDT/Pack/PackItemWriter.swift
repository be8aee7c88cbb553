/// Takes changes apart into the streams of a pack (Schema/pack.md, "Changes").
struct PackItemWriter {
  private(set) var streams = [[UInt8]](repeating: [], count: PackStream.count)
  private var bodyWords = PackWords()
  private var names = PackWords()
  private var shortIDs: [[UInt8]: Int] = [:]
  private var longIDs: [ChangeID: Int] = [:]
  private var longIDCount = 0
  private var lastTime: Int64 = 0

  /// The contents, but for the streams that this type does not know.
  func finished() -> [[UInt8]] {
    var streams = streams
    streams[PackStream.newBodyWords] = bodyWords.bytes
    streams[PackStream.newNames] = names.bytes
    return streams
  }

  /// Enters the id of a change, so that what follows can refer to it.
  mutating func addLongID(_ id: ChangeID) {
    longIDs[id] = longIDCount
    longIDCount += 1
  }

  /// Writes the change that follows `last` in its log.
  ///
  /// - Returns: the size that limits count, in bytes.
  /// - Throws: ``CBORError``, or ``PackMisfit`` where the change is not the next one of that log.
  mutating func write(
    _ encoded: EncodedChange, after last: (id: ChangeID, sequence: UInt64)?, prefix: PackPrefix
  ) throws -> Int {
    var decoder = CBORDecoder(encoded.header)
    let head = try decoder.readHead()
    guard head.type == 5 else { throw PackMisfit("its header is not a map") }
    var expected = CBOREncoder(reservingCapacity: 128)
    prefix.write(after: last, to: &expected)
    let span = try decoder.readSpan(UInt64(expected.bytes.count))
    let omitted = PackPrefix.entryCount(after: last)
    guard encoded.header[span].elementsEqual(expected.bytes), head.argument >= omitted else {
      throw PackMisfit("its store, replica or place in the log is another one")
    }
    writeHead(PackShape.map, count: head.argument - omitted)
    var statesBody = false
    for _ in omitted..<head.argument { statesBody = try writeEntry(&decoder) || statesBody }
    try decoder.finish()
    guard statesBody == (encoded.body != nil) else { throw PackMisfit("its body is missing, or not stated") }
    guard let body = encoded.body else { return encoded.header.count }
    return encoded.header.count + (try writeBody(body))
  }

  /// - Returns: whether the entry states the hash of a body.
  private mutating func writeEntry(_ decoder: inout CBORDecoder) throws -> Bool {
    let key = try decoder.readHead()
    guard key.type == 0 else { throw PackMisfit("a key of its header is not an integer") }
    writeKey(key.argument)
    switch key.argument {
    case HeaderKey.time:
      let time = try decoder.readInt()
      streams[PackStream.times].append(packNumber: ZigZag.encode(time &- lastTime))
      lastTime = time
      return false
    case HeaderKey.bodyHash:
      guard try decoder.readBytes().count == 32 else { throw PackMisfit("the hash of its body has another length") }
      return true
    default:
      try writeItem(&decoder, at: .valueOfInteger, inBody: false, depth: 1)
      return false
    }
  }

  /// - Returns: the most that the body can come to take (``Body/largestByteCount``).
  private mutating func writeBody(_ body: [UInt8]) throws -> Int {
    var decoder = CBORDecoder(body)
    let head = try decoder.readHead()
    guard head.type == 5 else { throw PackMisfit("its body is not a map") }
    writeHead(PackShape.map, count: head.argument)
    var counted = 32
    for _ in 0..<head.argument {
      let key = try decoder.readHead()
      guard key.type == 0 else { throw PackMisfit("a key of its body is not an integer") }
      writeKey(key.argument)
      guard decoder.nextIsArray else {
        try writeItem(&decoder, at: .valueOfInteger, inBody: true, depth: 1)
        continue
      }
      let array = try decoder.readHead()
      writeHead(PackShape.array, count: array.argument)
      for index in 0..<array.argument {
        let start = decoder.offset
        try writeItem(&decoder, at: PackPlace(index: index), inBody: true, depth: 2)
        // A slot of key 2 is a hash of 34 bytes, or a value with 18 bytes before it; of key 1, the value alone.
        counted += max(34, decoder.offset - start + (key.argument == 1 ? 18 : 0))
      }
    }
    try decoder.finish()
    return counted
  }

  private mutating func writeItem(
    _ decoder: inout CBORDecoder, at place: PackPlace, inBody: Bool, depth: Int
  ) throws {
    guard depth < PackLimits.depth else { throw PackMisfit("its items are nested too deeply") }
    if let simple = decoder.readSimple() { return streams[PackStream.shapes].append(simple) }
    let (type, argument) = try decoder.readHead()
    switch type {
    case 0, 1:
      streams[PackStream.shapes].append(type == 0 ? PackShape.unsigned : PackShape.negative)
      streams[PackStream.integers + place.rawValue].append(packNumber: argument)
    case 2:
      writeBytes(decoder.input[try decoder.readSpan(argument)], at: place, inBody: inBody)
    case 3:
      streams[PackStream.shapes].append(PackShape.text)
      let place: PackPlace = inBody && place != .key ? .bodyText : place
      writeText(decoder.input[try decoder.readSpan(argument)], at: place)
    case 4:
      writeHead(PackShape.array, count: argument)
      for index in 0..<argument {
        try writeItem(&decoder, at: PackPlace(index: index), inBody: inBody, depth: depth + 1)
      }
    default:
      writeHead(PackShape.map, count: argument)
      for _ in 0..<argument {
        let place = try writeMapKey(&decoder, inBody: inBody, depth: depth)
        try writeItem(&decoder, at: place, inBody: inBody, depth: depth + 1)
      }
    }
  }

  /// - Returns: the place of the key's value.
  private mutating func writeMapKey(
    _ decoder: inout CBORDecoder, inBody: Bool, depth: Int
  ) throws -> PackPlace {
    guard decoder.offset < decoder.input.count else {
      throw CBORError(offset: decoder.offset, reason: .truncated)
    }
    switch decoder.input[decoder.offset] >> 5 {
    case 0:
      writeKey(try decoder.readUnsigned())
      return .valueOfInteger
    case let type:
      guard type <= 3 else { throw PackMisfit("a key is neither an integer nor a string") }
      try writeItem(&decoder, at: .key, inBody: inBody, depth: depth + 1)
      return type == 3 ? .valueOfText : .valueOfInteger
    }
  }

  private mutating func writeKey(_ key: UInt64) {
    if key < UInt64(PackShape.long) { return streams[PackStream.shapes].append(UInt8(key)) }
    streams[PackStream.shapes].append(PackShape.unsigned + PackShape.long)
    streams[PackStream.integers + PackPlace.key.rawValue].append(packNumber: key)
  }

  private mutating func writeHead(_ shape: UInt8, count: UInt64) {
    if count < UInt64(PackShape.long) { return streams[PackStream.shapes].append(shape + UInt8(count)) }
    streams[PackStream.shapes].append(shape + PackShape.long)
    streams[PackStream.lengths].append(packNumber: count)
  }

  private mutating func writeBytes(_ bytes: ArraySlice<UInt8>, at place: PackPlace, inBody: Bool) {
    switch bytes.count {
    case 16 where !inBody:
      streams[PackStream.shapes].append(PackShape.shortID)
      writeShortID(Array(bytes), at: place)
    case 32 where !inBody:
      streams[PackStream.shapes].append(PackShape.longID)
      if let id = ChangeID(Array(bytes)) { writeLongID(id) }
    default:
      streams[PackStream.shapes].append(PackShape.bytes)
      streams[PackStream.lengths].append(packNumber: UInt64(bytes.count))
      streams[PackStream.raw].append(contentsOf: bytes)
    }
  }

  private mutating func writeShortID(_ id: [UInt8], at place: PackPlace) {
    let count = shortIDs.count
    let distance = shortIDs[id].map { count - $0 } ?? 0
    streams[PackStream.shortIDs + place.rawValue].append(packNumber: UInt64(distance))
    if distance == 0 {
      shortIDs[id] = count
      streams[PackStream.newShortIDs].append(contentsOf: id)
    }
  }

  private mutating func writeLongID(_ id: ChangeID) {
    let distance = longIDs[id].map { longIDCount - $0 } ?? 0
    streams[PackStream.longIDs].append(packNumber: UInt64(distance))
    if distance == 0 {
      addLongID(id)
      streams[PackStream.newLongIDs].append(contentsOf: id.bytes)
    }
  }

  private mutating func writeText(_ text: ArraySlice<UInt8>, at place: PackPlace) {
    let stream = PackStream.texts + place.rawValue
    guard !text.isEmpty else { return streams[stream].append(0) }
    let spaces = text.reduce(0) { $0 + ($1 == UInt8(ascii: " ") ? 1 : 0) }
    streams[stream].append(packNumber: UInt64(spaces + 1))
    text.withUnsafeBufferPointer { text in
      var start = 0
      for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: " ") {
        let word = UnsafeBufferPointer(rebasing: text[start..<index])
        let code = place == .bodyText ? bodyWords.code(for: word) : names.code(for: word)
        streams[stream].append(packNumber: code)
        start = index + 1
      }
    }
  }
}

/// Why a change cannot be packed.
struct PackMisfit: Error {
  let what: String

  init(_ what: String) { self.what = what }
}
