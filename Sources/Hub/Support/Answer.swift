import HTTPTypes
import Hummingbird
import NIOCore

/// An answer to a request.
struct Answer: Sendable {
  /// What its body is.
  enum Content: Sendable {
    /// Bytes at hand.
    case bytes([UInt8])
    /// What is made while it is sent, and how many bytes that will be, where that is known.
    case stream(byteCount: Int?, @Sendable (inout GuardedWriter) async throws -> Void)

    /// How many bytes it has, where that is known.
    var byteCount: Int? {
      switch self {
      case .bytes(let bytes): bytes.count
      case .stream(let count, _): count
      }
    }
  }

  var status: HTTPResponse.Status
  var type: String
  var headers = HTTPFields()
  var content: Content
  /// What it takes of the memory until it is sent.
  var share: ByteBudget.Share?
  /// Whether the connection is of no further use.
  var endsConnection = false

  init(status: HTTPResponse.Status = .ok, type: String, bytes: [UInt8]) {
    self.status = status
    self.type = type
    content = .bytes(bytes)
  }

  init(
    type: String, byteCount: Int? = nil, stream: @escaping @Sendable (inout GuardedWriter) async throws -> Void
  ) {
    status = .ok
    self.type = type
    content = .stream(byteCount: byteCount, stream)
  }
}

/// Writes the body of an answer piece by piece, each when the client has taken enough of those before.
struct GuardedWriter {
  private static let pieceBytes = 64 << 10
  private var writer: any ResponseBodyWriter
  private let client: SlowClientGuard
  /// How many bytes were written.
  private(set) var byteCount = 0

  init(_ writer: any ResponseBodyWriter, _ client: SlowClientGuard) {
    self.writer = writer
    self.client = client
  }

  /// Writes bytes; returns when there is room for more.
  mutating func write(_ buffer: ByteBuffer) async throws {
    var buffer = buffer
    while let piece = buffer.readSlice(length: min(Self.pieceBytes, buffer.readableBytes)), piece.readableBytes > 0 {
      let count = piece.readableBytes
      client.beginWaiting(isUpload: false)
      try await writer.write(piece)
      client.endWaiting(bytes: count)
      byteCount += count
    }
  }
}
