import AnnotationStore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Finds what a request asks for, lets in who may, and sees to it that every request gets an answer, a line in the log
/// and a place in the metrics.
struct HubResponder: HTTPResponder {
  let core: HubCore

  func respond(to request: Request, context: HubContext) async throws -> Response {
    core.metrics.begin()
    let end = RequestEnd(core, context, method: request.method.rawValue)
    let client = SlowClientGuard(context.channel, core.limits) { [core] in core.metrics.add(.slowClients) }
    let body = BodyReader(request, limit: core.limits.bodyBytes, core.memory, client)
    let answer: Answer
    do {
      let route = try Route(path: request.uri.path)
      end.note(route: route.pattern)
      guard request.method == route.method else {
        throw Problem(
          .methodNotAllowed, "method", "this path has no method but \(route.method.rawValue)",
          headers: [HTTPField(name: .allow, value: route.method.rawValue)])
      }
      let token = try admitted(request, to: route)
      end.note(token: token?.id)
      answer = try await Exchange(core: core, request: request, context: context, body: body, token: token)
        .answer(route)
    } catch {
      answer = self.answer(error, body, context)
    }
    return response(answer, to: body, context, client, end)
  }

  /// Who may do this.
  ///
  /// - Throws: ``Problem``: 401 without a token that holds, 403 where it is not for this.
  private func admitted(_ request: Request, to route: Route) throws -> Token? {
    if route == .health || route == .readiness { return nil }
    guard let token = try core.gate.token(authorization: request.headers[.authorization]) else {
      throw Problem(
        .unauthorized, "unauthorized", "a bearer token is needed that the hub knows and that was not revoked",
        headers: [HTTPField(name: .wwwAuthenticate, value: "Bearer realm=\"variorum\"")])
    }
    if route == .metrics, token.role < .admin {
      throw Problem(.forbidden, "forbidden", "the token is a \(token.role.rawValue)'s, and this takes an admin's")
    }
    if let store = route.store, !token.isFor(store) {
      throw Problem(.forbidden, "forbidden", "the token is not for this store")
    }
    return token
  }

  /// Turns what went wrong into an answer.
  private func answer(_ error: any Error, _ body: BodyReader, _ context: HubContext) -> Answer {
    let problem = Problem(error)
    if problem.isInternal, problem.kind != "busy" {
      context.logger.error("failed", metadata: ["reason": "\(error)"])
    }
    var answer = Answer(
      status: problem.status, type: Problem.mediaType, bytes: Array(problem.json(request: context.requestID).utf8))
    for header in problem.headers { answer.headers.append(header) }
    answer.endsConnection = problem.status == .contentTooLarge || body.announcesMore(than: core.limits.drainBytes)
    return answer
  }

  private func response(
    _ answer: Answer, to body: BodyReader, _ context: HubContext, _ client: SlowClientGuard, _ end: RequestEnd
  ) -> Response {
    var headers = answer.headers
    headers[.contentType] = answer.type
    headers[.cacheControl] = headers[.cacheControl] ?? "no-store"
    if let name = HTTPField.Name("X-Request-Id") { headers[name] = context.requestID }
    if let name = HTTPField.Name("X-Content-Type-Options") { headers[name] = "nosniff" }
    if answer.endsConnection { headers[.connection] = "close" }
    let status = answer.status
    end.note(status: Int(status.code))
    // Statuses that have no body must not say how long it is.
    let length = status == .notModified ? nil : answer.content.byteCount
    let response = ResponseBody(contentLength: length) { writer in
      defer { client.finish() }
      var guarded = GuardedWriter(writer, client)
      switch answer.content {
      case .bytes(let bytes): try await guarded.write(ByteBuffer(bytes: bytes))
      case .stream(_, let stream): try await stream(&guarded)
      }
      answer.share?.free()
      // Before the client can tell that it is done, so that its next look at the metrics finds it there.
      end.finish(bytes: guarded.byteCount)
      try await writer.finish(nil)
      client.finish()
      await release(context.channel, of: body, isOver: answer.endsConnection)
    }
    return Response(status: status, headers: headers, body: response)
  }

  /// Makes the connection ready for another request once this one is answered, or closes it where more is left of this
  /// one than is worth reading: a body that nobody wants must not keep the connection for as long as it likes.
  private func release(_ channel: (any Channel)?, of body: BodyReader, isOver: Bool) async {
    guard let channel else { return }
    let close = channel.eventLoop.scheduleTask(in: .seconds(core.limits.drainSeconds)) { channel.close(promise: nil) }
    if !isOver, await body.drain(upTo: core.limits.drainBytes) { return close.cancel() }
    // Not at once: what the client still sends would reset the connection before it has read why.
    channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
  }
}

extension Route {
  /// The store that it is about.
  var store: StoreID? {
    switch self {
    case .health, .readiness, .metrics, .stores: nil
    case .sync(let id), .events(let id), .packs(let id), .pack(let id, _), .claims(let id), .annotations(let id),
      .conflicts(let id):
      id
    }
  }
}
