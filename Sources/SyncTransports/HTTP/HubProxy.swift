import AsyncHTTPClient
import Foundation

/// The proxy that the environment names for an address, as curl reads it.
enum HubProxy {
  /// The proxy; `nil` for the direct way.
  ///
  /// - Throws: ``HubFailure/proxy(_:)`` where what is named is no proxy.
  static func proxy(for url: URL, _ environment: [String: String]) throws(HubFailure) -> HTTPClient.Configuration.Proxy?
  {
    let scheme = url.scheme ?? "https"
    // HTTP_PROXY in capitals may come from a header of a request to a CGI program, so it does not count.
    let names = scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    let named = (names + ["all_proxy", "ALL_PROXY"]).lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    guard let named, let host = url.host, !isExcluded(host, environment) else { return nil }
    let text = named.contains("://") ? named : "http://" + named
    guard let proxy = URL(string: text), proxy.scheme == "http" || proxy.scheme == "socks5", let name = proxy.host
    else {
      throw .proxy("the environment names no http:// or socks5:// address")
    }
    if proxy.scheme == "socks5" { return .socksServer(host: name, port: proxy.port ?? 1080) }
    guard let user = proxy.user else { return .server(host: name, port: proxy.port ?? 80) }
    return .server(
      host: name, port: proxy.port ?? 80,
      authorization: .basic(username: user.removingPercentEncoding ?? user, password: proxy.password ?? ""))
  }

  private static func isExcluded(_ host: String, _ environment: [String: String]) -> Bool {
    // Nobody means a proxy for the machine itself.
    if HostName.isLoopback(host) { return true }
    let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    return list.split { $0 == "," || $0.isWhitespace }.contains { entry in
      let suffix = entry.drop { $0 == "." }.lowercased()
      return entry == "*" || host.lowercased() == suffix || host.lowercased().hasSuffix("." + suffix)
    }
  }
}
