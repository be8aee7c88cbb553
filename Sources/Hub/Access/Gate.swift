import AnnotationStore
import NIOConcurrencyHelpers

/// Tells who knocks: finds the token of a request, as the file has it at that moment.
final class Gate: Sendable {
  private struct Known {
    var stamp: [Int64]?
    var tokens: [String: Token] = [:]
    var isRead = false
  }

  private let file: TokenFile
  private let known = NIOLockedValueBox(Known())

  init(_ file: TokenFile) { self.file = file }

  /// The token that an `Authorization` header shows; `nil` where there is none that holds.
  ///
  /// - Throws: ``HubError`` where the file cannot be read; then nobody may enter.
  func token(authorization: String?) throws -> Token? {
    guard let authorization else { return nil }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", let shown = Token.parse(parts[1]),
      let token = try tokens()[shown.id], token.matches(shown.secret), token.revokedMilliseconds == nil
    else { return nil }
    return token
  }

  private func tokens() throws -> [String: Token] {
    // One look at the file's dates a request: what was revoked ends with the next one.
    let stamp = file.stamp()
    if let tokens = known.withLockedValue({ $0.isRead && $0.stamp == stamp ? $0.tokens : nil }) { return tokens }
    let tokens = Dictionary(try file.tokens().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    known.withLockedValue { $0 = Known(stamp: stamp, tokens: tokens, isRead: true) }
    return tokens
  }
}
