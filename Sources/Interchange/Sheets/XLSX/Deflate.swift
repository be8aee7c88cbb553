import CZlib

/// Raw deflate (RFC 1951), by the system's zlib: what ZIP keeps its entries in.
final class DeflateStream {
  private var stream = z_stream()
  private var isOpen = false
  /// What came out so far.
  private(set) var output: [UInt8] = []
  /// How many bytes went in.
  private(set) var inputCount = 0
  /// CRC-32 of the bytes that went in.
  private(set) var checksum: UInt32 = 0

  init() {
    // A negative number of window bits means no header and no checksum around it.
    isOpen =
      deflateInit2_(
        &stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isOpen { deflateEnd(&stream) } }

  /// Compresses further bytes.
  /// - Throws: ``ArchiveError/cannotCompress``.
  func append(_ bytes: [UInt8]) throws(ArchiveError) {
    inputCount += bytes.count
    checksum = CRC32.update(checksum, bytes)
    try run(bytes, flush: Z_NO_FLUSH)
  }

  /// Ends the stream.
  /// - Throws: ``ArchiveError/cannotCompress``.
  func finish() throws(ArchiveError) { try run([], flush: Z_FINISH) }

  private func run(_ bytes: [UInt8], flush: Int32) throws(ArchiveError) {
    guard isOpen else { throw .cannotCompress }
    var (bytes, chunk) = (bytes, [UInt8](repeating: 0, count: 64 << 10))
    let (size, chunkSize) = (bytes.count, chunk.count)
    var isSound = true
    bytes.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(size)
      repeat {
        let code = chunk.withUnsafeMutableBufferPointer { out in
          stream.next_out = out.baseAddress
          stream.avail_out = uInt(chunkSize)
          return deflate(&stream, flush)
        }
        isSound = code != Z_STREAM_ERROR
        output += chunk[..<(chunkSize - Int(stream.avail_out))]
      } while isSound && stream.avail_out == 0
    }
    guard isSound else { throw .cannotCompress }
  }
}

/// Undoes raw deflate, up to a size that is known before.
enum Inflate {
  /// The bytes decompressed; `nil` where they are damaged, or come to another size than `count`.
  static func decompress(_ bytes: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = Array(bytes)
    var isWhole = false
    // One byte more than it should be, so that what is too long is seen.
    let output = [UInt8](unsafeUninitializedCapacity: count + 1) { buffer, filled in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(count + 1)
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0
      }
      filled = count + 1 - Int(stream.avail_out)
    }
    return isWhole && output.count == count ? output : nil
  }
}

/// The checksum of ZIP.
enum CRC32 {
  /// The checksum of what was checked before with further bytes.
  static func update(_ checksum: UInt32, _ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(uLong(checksum), $0.baseAddress, $0.count)) }
  }
}
