import SyncTransports

/// Why a hub does not start, or its tokens cannot be kept.
public enum HubError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address to listen on cannot be understood.
  case address(String)
  /// Without TLS, tokens would cross the network in the clear.
  case insecure(host: String)
  /// The address is taken, or not one of this machine.
  case cannotListen(address: String, reason: String)
  /// Another hub has the data directory.
  case dataInUse(path: String)
  /// The data directory lies in a shared folder.
  case insideFolder(path: String, folder: String)
  /// A file of the hub cannot be used, and what to do about it.
  case file(path: String, reason: String, remedy: String)
  /// The certificate or its key cannot be used.
  case certificate(path: String, reason: String)
  /// No token has the id.
  case noToken(String)
  /// A token was to be made for something that is no store id.
  case notAStore(String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .address(let text):
      "\(text) is no address to listen on (give HOST:PORT, as in 127.0.0.1:8417; port 0 takes a free one)"
    case .insecure(let host):
      "without TLS the hub listens on this machine alone, and \(host) is not: tokens would cross the network readable "
        + "(give --tls-cert and --tls-key, or --insecure where something before the hub does TLS)"
    case .cannotListen(let address, let reason):
      "cannot listen on \(address): \(reason) (end what listens there, or give another --listen)"
    case .dataInUse(let path):
      "another hub serves \(path) (end that one, or give another --data)"
    case .insideFolder(let path, let folder):
      "\(path) lies in the shared folder \(folder), where another program would copy the hub's stores in the middle of a write, "
        + "and its tokens (give a --data outside of it)"
    case .file(let path, let reason, let remedy): "\(path) \(reason) (\(remedy))"
    case .certificate(let path, let reason): "\(path) cannot be used for TLS: \(reason) (give PEM files)"
    case .noToken(let id): "no token has the id \(id) (variorum token list --data DIR shows them)"
    case .notAStore(let text): "\(text) is no store id (variorum status shows the id of a store)"
    }
  }
}
