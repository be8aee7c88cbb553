import CZstd

/// Zstandard frames (RFC 8878), by the system's library.
public enum Zstandard {
  /// The level that packs are compressed at.
  public static let level: Int32 = 3

  /// Why a frame could not be made or read.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the library says.
    public let description: String
  }

  /// Makes one frame.
  public static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return try [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = try checked(ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, level))
    }
  }

  /// Reads one frame, which must be all of the bytes and hold exactly `length` bytes; never takes more memory than that.
  public static func decompress(_ frame: [UInt8], length: Int) throws -> [UInt8] {
    guard ZSTD_findFrameCompressedSize(frame, frame.count) == frame.count else {
      throw Failure(description: "it is not one whole frame")
    }
    let bytes = try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = try checked(ZSTD_decompress(buffer.baseAddress, length, frame, frame.count))
    }
    guard bytes.count == length else { throw Failure(description: "it holds another number of bytes") }
    return bytes
  }

  private static func checked(_ result: Int) throws -> Int {
    if ZSTD_isError(result) != 0 { throw Failure(description: String(cString: ZSTD_getErrorName(result))) }
    return result
  }
}
