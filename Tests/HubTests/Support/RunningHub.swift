import Hub
import Logging
import ServiceLifecycle

/// Runs a hub over a socket while a body runs.
@discardableResult
func withHub<Value: Sendable>(
  _ hub: Hub, scheme: String = "http", _ body: @Sendable (_ address: String) async throws -> Value
) async throws -> Value {
  let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: hub.services { continuation.yield($0) },
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
  let running = Task { try await group.run() }
  guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
  let result: Result<Value, any Error>
  do { result = .success(try await body("\(scheme)://127.0.0.1:\(port)")) } catch { result = .failure(error) }
  await group.triggerGracefulShutdown()
  try await running.value
  return try result.get()
}
