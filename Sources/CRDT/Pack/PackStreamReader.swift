/// Reads the streams of a pack's contents, each from its own place on.
struct PackStreamReader {
  let contents: [UInt8]
  private var starts: [Int] = []
  private var next: [Int] = []
  private var end: [Int] = []

  /// Reads the lengths of the streams, which stand before them.
  ///
  /// - Throws: ``PackError/contents(offset:_:)`` where the streams do not fill the contents exactly.
  init(_ contents: [UInt8]) throws(PackError) {
    self.contents = contents
    next = [0]
    end = [contents.count]
    var lengths: [Int] = []
    for _ in 0..<PackStream.count {
      let length = try number(PackStream.runs)
      guard length <= UInt64(contents.count) else { throw .contents(offset: next[0], "a stream is too long") }
      lengths.append(Int(length))
    }
    var start = next[0]
    end = []
    for length in lengths {
      starts.append(start)
      start += length
      end.append(start)
    }
    next = starts
    guard start == contents.count else { throw .contents(offset: 0, "the streams do not fill the contents") }
  }

  /// Where the stream begins.
  func start(_ stream: Int) -> Int { starts[stream] }

  /// Where the stream is being read.
  func offset(_ stream: Int) -> Int { next[stream] }

  func isAtEnd(_ stream: Int) -> Bool { next[stream] == end[stream] }

  /// Makes sure that nothing is left of any stream.
  func finish() throws(PackError) {
    for stream in 0..<PackStream.count where !isAtEnd(stream) {
      throw .contents(offset: next[stream], "bytes follow the last item of a stream")
    }
  }

  mutating func byte(_ stream: Int) throws(PackError) -> UInt8 {
    let offset = next[stream]
    guard offset < end[stream] else { throw ended(stream) }
    next[stream] = offset + 1
    return contents[offset]
  }

  /// Passes over `count` bytes and says where they stand.
  mutating func span(_ stream: Int, count: UInt64) throws(PackError) -> Range<Int> {
    let start = next[stream]
    guard count <= UInt64(end[stream] - start) else { throw ended(stream) }
    next[stream] = start + Int(count)
    return start..<start + Int(count)
  }

  mutating func bytes(_ stream: Int, count: UInt64) throws(PackError) -> [UInt8] {
    Array(contents[try span(stream, count: count)])
  }

  /// Passes over the bytes up to a space and the space, and says where the bytes stand.
  mutating func word(_ stream: Int) throws(PackError) -> Range<Int> {
    let start = next[stream]
    var offset = start
    while offset < end[stream], contents[offset] != UInt8(ascii: " ") { offset += 1 }
    guard offset < end[stream] else { throw ended(stream) }
    next[stream] = offset + 1
    return start..<offset
  }

  /// Reads a number, which has to be in its shortest form.
  mutating func number(_ stream: Int) throws(PackError) -> UInt64 {
    let start = next[stream]
    guard start < end[stream] else { throw ended(stream) }
    let head = contents[start]
    next[stream] = start + 1
    if head < 0x80 { return UInt64(head) }
    let following = (~head).leadingZeroBitCount
    guard following <= end[stream] - start - 1 else { throw ended(stream) }
    var value = following == 8 ? 0 : UInt64(head & (0x7F >> UInt8(following)))
    for offset in start + 1...start + following { value = value << 8 | UInt64(contents[offset]) }
    guard value >> UInt64(7 * following) > 0 else {
      throw .contents(offset: start, "a number is not in its shortest form")
    }
    next[stream] = start + 1 + following
    return value
  }

  /// What is wrong where the number just read refers to nothing.
  func outOfRange(_ stream: Int) -> PackError { .contents(offset: next[stream] - 1, "a reference is out of range") }

  private func ended(_ stream: Int) -> PackError {
    .contents(offset: end[stream], "a stream ends before its last item")
  }
}
