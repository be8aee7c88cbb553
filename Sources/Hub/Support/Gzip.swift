import CZlib

/// The gzip format (RFC 1952), by the system's zlib.
enum Gzip {
  /// The bytes compressed; `nil` where zlib cannot, in which case they go as they are.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, and 16 for a gzip header in place of zlib's.
    let started = deflateInit2_(
      &stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var bytes = bytes
    let bound = Int(deflateBound(&stream, uLong(bytes.count)))
    var isDone = false
    let out = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      bytes.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(bound)
        isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      count = isDone ? bound - Int(stream.avail_out) : 0
    }
    return isDone ? out : nil
  }
}
