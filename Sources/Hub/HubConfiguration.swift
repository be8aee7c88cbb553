import SyncTransports

/// How a hub is run.
public struct HubConfiguration: Sendable {
  /// The host to listen on, a name or an address.
  public var host: String
  /// The port; 0 takes a free one.
  public var port: Int
  /// The directory of the hub's data.
  public var dataDirectory: String
  /// The paths of the certificate chain and of its private key, both PEM; `nil` for plain HTTP.
  public var tls: (certificate: String, key: String)?
  /// Whether plain HTTP may be spoken beyond this machine.
  public var isInsecure = false
  /// What is bounded.
  public var limits = HubLimits()

  /// Makes a configuration.
  public init(host: String, port: Int, dataDirectory: String) {
    self.host = host
    self.port = port
    self.dataDirectory = dataDirectory
  }

  /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
  ///
  /// - Throws: ``HubError/address(_:)``.
  public static func address(_ text: String) throws(HubError) -> (host: String, port: Int) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { throw .address(text) }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw .address(text)
    }
    guard !host.isEmpty else { throw .address(text) }
    return (host, port)
  }

  /// Whether the host is this machine and nothing else.
  var isLoopback: Bool { HostName.isLoopback(host) }
}

/// What a hub bounds, so that no client can take more than its share.
public struct HubLimits: Sendable {
  /// The body of one request, in bytes. Clients send no more than a quarter of it at once.
  public var bodyBytes = 64 << 20
  /// All headers of a request, in bytes.
  public var headerBytes = 16 << 10
  /// Open connections; more wait in the kernel's queue. Fewer where there are not as many file descriptors.
  public var connections = 4_096
  /// Syncs at the same time; who comes beyond them is told to come again.
  public var syncs = 256
  /// Packs that are being fetched.
  public var downloads = 256
  /// What all requests together send, and are sent, that the hub has in its memory at one time, in bytes. With copies and
  /// what is decoded of it that takes up to three times as much. Who comes beyond it waits for a turn.
  public var memoryBytes = 256 << 20
  /// How long somebody waits for such a turn before they are told to come again, in seconds.
  public var patienceSeconds: Int64 = 10
  /// Clients that follow events.
  public var watchers = 2_048
  /// Stores that clients may make.
  public var stores = 1_000
  /// Stores that are open at one time; the one that nobody has used for the longest time gives way. Fewer where there are
  /// not as many file descriptors.
  public var openStores = 256
  /// How long a connection without a request stays open, and the head of a request may take, in seconds.
  public var idleSeconds: Int64 = 75
  /// How long the hub waits in all for a client to send or to take something, before the rate counts, in seconds.
  public var graceSeconds: Int64 = 30
  /// How fast a client has to send and to take, in bytes a second of waiting for it.
  public var bytesPerSecond = 2_048
  /// How long the hub waits in all for the body of one request, in seconds, at whatever rate it comes.
  ///
  /// At the least rate a pack of 4 MiB, the largest that there is, takes 34 minutes. So whoever keeps to that rate gets
  /// at least one pack committed before the hour is over, and goes on after it with the next request; and nobody keeps a
  /// place for the nine hours that the largest body would take.
  public var uploadSeconds: Int64 = 3_600
  /// How much is read of a body that nobody wants, as that of a request which is refused, before the connection is
  /// closed, in bytes.
  public var drainBytes = 64 << 10
  /// How long such a body may take, in seconds.
  public var drainSeconds: Int64 = 5
  /// How often somebody who follows events hears that the hub is there, in seconds.
  public var heartbeatSeconds: Int64 = 15
  /// How long what is in flight may take when the hub ends, in seconds.
  public var shutdownSeconds: Int64 = 30

  /// The limits of a hub.
  public init() {}
}
