import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension HubFailure {
  /// The failure that an error of the network makes.
  init(_ error: any Error, host: String) {
    switch error {
    case let error as HubFailure: self = error
    case let error as HTTPClientError: self = Self.failure(error)
    case let error as NIOConnectionError: self = Self.failure(error, host)
    case let error as IOError: self = Self.failure(code: error.errnoCode)
    case let error as NIOSSLError: self = .tls(Self.reason(error))
    case is NIOSSLExtraError: self = .tls("its certificate is not for \(host)")
    case is BoringSSLError, is NIOTooManyBytesError: self = .notAHub("what it says makes no sense")
    default: self = .cut(Self.shortened("\(error)"))
    }
  }

  private static func failure(_ error: HTTPClientError) -> HubFailure {
    switch error {
    case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout: .timedOut
    case .tlsHandshakeTimeout: .tls("it does not speak TLS, or too slowly")
    case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: .proxy("it does not answer")
    case .invalidProxyResponse: .proxy("it refuses the way to the hub")
    case .proxyAuthenticationRequired: .proxy("it wants a user name and a password")
    default: .cut(error.shortDescription)
    }
  }

  private static func failure(_ error: NIOConnectionError, _ host: String) -> HubFailure {
    if error.connectionErrors.isEmpty { return .nameNotFound(host) }
    let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
    if let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first { return failure(code: code) }
    return .timedOut
  }

  private static func failure(code: Int32) -> HubFailure {
    switch code {
    case ECONNREFUSED: .refused
    case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL: .noNetwork
    case ETIMEDOUT: .timedOut
    default: .cut(String(cString: strerror(code)))
    }
  }

  private static func reason(_ error: NIOSSLError) -> String {
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "its certificate was not issued by anybody who is trusted here, or has expired"
    }
    if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS (its address may begin with http://)" }
    return shortened(text)
  }

  private static func shortened(_ text: String) -> String { text.count > 200 ? String(text.prefix(200)) + "…" : text }
}
