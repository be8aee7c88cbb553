import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Carries bytes between clients and a server, as many as are asked for in all, and then cuts every connection.
final class CuttingProxy: Sendable {
  let address: String
  private let server: any Channel

  /// - Parameters:
  ///   - target: scheme, host and port of the server.
  ///   - limit: how many bytes pass, those of both directions counted together.
  init(to target: String, afterBytes limit: Int) async throws {
    let parts = target.split(separator: ":")
    guard parts.count == 3, let port = Int(parts[2]) else { throw CancellationError() }
    let budget = Budget(limit)
    server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { client in
        ClientBootstrap(group: client.eventLoop)
          .connect(host: "127.0.0.1", port: port)
          .flatMap { server in
            client.pipeline.addHandler(Passage(to: server, budget)).and(
              server.pipeline.addHandler(Passage(to: client, budget))
            ).map { _ in }
          }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    address = "\(parts[0]):\(parts[1]):\(server.localAddress?.port ?? 0)"
  }

  func end() async throws { try await server.close() }

  private final class Budget: Sendable {
    private let left: NIOLockedValueBox<Int>

    init(_ limit: Int) { left = NIOLockedValueBox(limit) }

    /// How many of so many bytes may pass still.
    func take(_ count: Int) -> Int {
      left.withLockedValue { left in
        defer { left -= min(left, count) }
        return min(left, count)
      }
    }
  }

  private final class Passage: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let budget: Budget

    init(to other: any Channel, _ budget: Budget) {
      self.other = other
      self.budget = budget
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = unwrapInboundIn(data)
      let count = budget.take(bytes.readableBytes)
      let isCut = count < bytes.readableBytes
      if let part = bytes.readSlice(length: count), count > 0 { other.writeAndFlush(part, promise: nil) }
      if isCut { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
  }
}
