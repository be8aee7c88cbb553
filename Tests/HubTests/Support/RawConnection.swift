import Foundation
import NIOCore
import NIOPosix

/// A connection on which a test says what no proper client says; one task at a time has to do with it.
final class RawConnection: @unchecked Sendable {
  private let channel: any Channel
  private var pieces: AsyncStream<ByteBuffer>.AsyncIterator
  /// What came so far.
  private(set) var text = ""

  /// Connects to a hub.
  init(_ address: String) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in channel.pipeline.addHandler(Collector(pieces: continuation)) }
      .connect(host: "127.0.0.1", port: URL(string: address)?.port ?? 0).get()
    pieces = stream.makeAsyncIterator()
  }

  deinit { close() }

  /// Closes it.
  func close() { channel.close(promise: nil) }

  /// Sends something; a connection that is closed meanwhile is none of its business.
  func send(_ text: String) async { await send(Array(text.utf8)) }

  /// The same with bytes.
  func send(_ bytes: [UInt8]) async { try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }

  /// Sends a byte now and then until the connection is closed.
  func drip() {
    let channel = channel
    let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { _ in
      channel.writeAndFlush(ByteBuffer(bytes: [0]), promise: nil)
    }
    channel.closeFuture.whenComplete { _ in task.cancel() }
  }

  /// Waits until some text has come; `false` where the connection was closed before.
  func has(_ expected: String) async -> Bool {
    while !text.contains(expected) {
      guard let piece = await pieces.next() else { return false }
      text += String(decoding: piece.readableBytesView, as: UTF8.self)
    }
    return true
  }

  /// Waits until the other side has closed the connection.
  func end() async { while let piece = await pieces.next() { text += String(buffer: piece) } }

  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let pieces: AsyncStream<ByteBuffer>.Continuation

    init(pieces: AsyncStream<ByteBuffer>.Continuation) { self.pieces = pieces }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { pieces.yield(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { pieces.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
