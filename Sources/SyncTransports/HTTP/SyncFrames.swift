import NIOCore
import SyncProtocol

/// Messages in the body of a request or an answer: each after its length in four bytes, the highest first
/// (Schema/hub.md, "Bodies").
package enum SyncFrames {
  /// The media type of such a body.
  package static let mediaType = "application/vnd.variorum.sync"
  /// How long the length before a message is, in bytes.
  static let lengthBytes = 4
  /// What CBOR puts around the bytes of a pack, in bytes, at most.
  package static let packOverhead = 16

  /// A message with its length.
  ///
  /// - Throws: ``SyncError`` where the other side would refuse it.
  package static func encode(_ message: SyncMessage) throws(SyncError) -> ByteBuffer {
    let bytes = try message.encoded()
    var buffer = ByteBuffer()
    buffer.reserveCapacity(lengthBytes + bytes.count)
    buffer.writeInteger(UInt32(bytes.count))
    buffer.writeBytes(bytes)
    return buffer
  }

  /// How long a message with this pack is, with its length.
  package static func byteCount(ofPack bytes: [UInt8]) -> Int { lengthBytes + packOverhead + bytes.count }
}

/// Cuts what arrives into messages. Holds one message at most, however little of it the other side sends at a time.
package struct SyncFrameReader {
  private var buffer = ByteBuffer()

  package init() {}

  /// Whether nothing of a message has come that is not whole yet.
  package var isEmpty: Bool { buffer.readableBytes == 0 }

  /// Takes what arrived.
  package mutating func append(_ chunk: ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = chunk
    } else {
      var chunk = chunk
      buffer.writeBuffer(&chunk)
    }
  }

  /// What the next message says of itself before it is whole: its length, and the number of its kind where it begins
  /// with one; `nil` where too little of it has come.
  package var heading: (length: Int, code: UInt64?)? {
    let start = buffer.readerIndex
    guard let length = buffer.getInteger(at: start, as: UInt32.self) else { return nil }
    guard length > 1 else { return (Int(length), nil) }
    guard let first = buffer.getInteger(at: start + SyncFrames.lengthBytes, as: UInt8.self),
      let second = buffer.getInteger(at: start + SyncFrames.lengthBytes + 1, as: UInt8.self)
    else { return nil }
    return (Int(length), SyncMessage.code(first: first, second: second))
  }

  /// The next message; `nil` where it is not whole yet.
  ///
  /// - Throws: ``SyncError``.
  package mutating func next() throws(SyncError) -> SyncMessage? {
    guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
    guard length > 0 else { throw .inconsistent("a message without a byte") }
    guard length <= SyncLimits.messageBytes else { throw .tooLarge("a sync message") }
    guard buffer.readableBytes >= SyncFrames.lengthBytes + Int(length) else { return nil }
    buffer.moveReaderIndex(forwardBy: SyncFrames.lengthBytes)
    guard let bytes = buffer.readBytes(length: Int(length)) else { return nil }
    buffer.discardReadBytes()
    return try SyncMessage(decoding: bytes)
  }
}
