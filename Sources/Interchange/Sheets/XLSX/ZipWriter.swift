/// Writes a ZIP archive (APPNOTE.TXT 6.3, version 2.0) of a few files, each compressed whole before it is written.
///
/// Times are those of 1980-01-01, so that equal content gives equal bytes.
struct ZipWriter {
  private let put: ([UInt8]) throws -> Void
  private var directory: [UInt8] = []
  private var offset = 0
  private var count = 0

  init(put: @escaping ([UInt8]) throws -> Void) { self.put = put }

  /// Adds a file.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    let stream = DeflateStream()
    try stream.append(bytes)
    try stream.finish()
    try add(name, stream)
  }

  /// Adds a file whose stream is finished.
  mutating func add(_ name: String, _ stream: DeflateStream) throws {
    guard stream.inputCount <= Int(UInt32.max), offset + stream.output.count <= Int(UInt32.max) else {
      throw ArchiveError.beyondBounds("the workbook comes to more than 4 GiB")
    }
    var common: [UInt8] = []
    // Version 2.0; names in UTF-8; deflate; midnight of 1980-01-01.
    for value: UInt16 in [20, 0x0800, 8, 0, 0x21] { common.append(little: value) }
    common.append(little: stream.checksum)
    common.append(little: UInt32(stream.output.count))
    common.append(little: UInt32(stream.inputCount))
    common.append(little: UInt16(name.utf8.count))
    common.append(little: UInt16(0))
    var header: [UInt8] = [0x50, 0x4B, 3, 4]
    header += common + Array(name.utf8)
    directory += [0x50, 0x4B, 1, 2, 20, 0] + common
    for value: UInt16 in [0, 0, 0] { directory.append(little: value) }
    directory.append(little: UInt32(0))
    directory.append(little: UInt32(offset))
    directory += Array(name.utf8)
    try put(header)
    try put(stream.output)
    offset += header.count + stream.output.count
    count += 1
  }

  /// Writes the directory that ends the archive.
  mutating func finish() throws {
    var end: [UInt8] = [0x50, 0x4B, 5, 6]
    for value: UInt16 in [0, 0, UInt16(count), UInt16(count)] { end.append(little: value) }
    end.append(little: UInt32(directory.count))
    end.append(little: UInt32(offset))
    end.append(little: UInt16(0))
    try put(directory + end)
  }
}

extension [UInt8] {
  /// Appends an integer, lowest byte first.
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
