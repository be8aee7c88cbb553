import AnnotationStore
import Foundation

/// Finds the token for a hub: in the environment, in a file that its owner alone can read, or by asking. Never on the
/// command line, where others see it, nor in the store, which is copied.
enum HubCredentials {
  private static let byteLimit = 64 << 10

  /// The token to show to a hub; `nil` where there is none.
  ///
  /// - Throws: ``RemoteError/credentials(path:reason:remedy:)`` where a file is not fit for secrets.
  static func token(for address: String, _ options: HubOptions) throws(RemoteError) -> String? {
    if let token = options.environment["VARIORUM_TOKEN"], !token.isEmpty { return try checked(token, "VARIORUM_TOKEN") }
    if let path = options.tokenFile {
      guard let text = try read(path) else {
        throw .credentials(path: path, reason: "is not there", remedy: "check --token-file")
      }
      return try checked(text.trimmingCharacters(in: .whitespacesAndNewlines), path)
    }
    if let path = options.credentialsPath, let text = try read(path) {
      if let token = token(for: address, in: text) { return try checked(token, path) }
    }
    let typed = options.askForToken?(address)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return typed.isEmpty ? nil : try checked(typed, "what was typed")
  }

  /// `$XDG_CONFIG_HOME/variorum/credentials`, else `~/.config/variorum/credentials`.
  static func defaultPath(_ environment: [String: String]) -> String? {
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + "/variorum/credentials" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.config/variorum/credentials"
  }

  /// The token of the longest address in a file of lines `ADDRESS TOKEN` that the hub's begins with.
  static func token(for address: String, in text: String) -> String? {
    var found: (address: String, token: String)?
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard parts.count == 2 else { continue }
      let place = String(parts[0].reversed().drop { $0 == "/" }.reversed())
      guard address == place || address.hasPrefix(place + "/"), place.count > found?.address.count ?? 0 else {
        continue
      }
      found = (place, parts[1])
    }
    return found?.token
  }

  private static func read(_ path: String) throws(RemoteError) -> String? {
    do throws(IdentityError) {
      return String(decoding: try FileDescriptor.readPrivate(path, upTo: byteLimit), as: UTF8.self)
    } catch {
      switch error {
      case .cannot(_, _, ENOENT), .cannot(_, _, ENOTDIR): return nil
      case .damaged(let path, let reason, _):
        throw .credentials(path: path, reason: reason, remedy: "if they cannot have, type: chmod 600 '\(path)'")
      default: throw .credentials(path: path, reason: "cannot be read", remedy: "check its owner and permissions")
      }
    }
  }

  /// A token goes into a header, so it must not be able to end one.
  private static func checked(_ token: String, _ place: String) throws(RemoteError) -> String {
    guard !token.isEmpty, token.utf8.count <= 1_024, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .credentials(
        path: place, reason: "does not hold a token", remedy: "put in the line that variorum token create printed")
    }
    return token
  }
}
