import AnnotationModel
import Foundation

/// Where a remote is: a folder that some other program carries, or a hub.
public enum RemoteAddress: Hashable, Sendable, CustomStringConvertible {
  /// A folder, by its absolute path.
  case folder(path: String)
  /// A hub, by its `http` or `https` address without a slash at the end; never with a user name or password.
  case hub(url: String)

  /// Reads what somebody typed.
  ///
  /// - Parameters:
  ///   - text: an address that begins with `http://` or `https://`, else a path.
  ///   - directory: where a relative path begins.
  /// - Throws: ``RemoteError/badAddress(_:reason:remedy:)``, which never repeats a password.
  public init(parsing text: String, relativeTo directory: String) throws(RemoteError) {
    guard !text.isEmpty else {
      throw .badAddress(
        text, reason: "it is empty", remedy: "give a folder's path, or an address such as https://hub.example.org")
    }
    if let scheme = Self.scheme(of: text) {
      self = .hub(url: try Self.hub(text, scheme: scheme))
      return
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .badAddress(text, reason: "it has a control character", remedy: "give the path of a folder")
    }
    let base = URL(fileURLWithPath: directory, isDirectory: true)
    self = .folder(path: URL(fileURLWithPath: text, relativeTo: base).standardizedFileURL.path)
  }

  /// The address as it is kept and shown.
  public var description: String {
    switch self {
    case .folder(let path): path
    case .hub(let url): url
    }
  }

  /// A word for scripts: `folder` or `hub`.
  public var kind: String {
    switch self {
    case .folder: "folder"
    case .hub: "hub"
    }
  }

  /// The scheme, in lower case, where the text begins with one and `://`.
  private static func scheme(of text: String) -> String? {
    guard let range = text.range(of: "://") else { return nil }
    let scheme = text[..<range.lowerBound].lowercased()
    let isScheme =
      !scheme.isEmpty && scheme.utf8.allSatisfy { (0x61...0x7A).contains($0) || "0123456789+-.".utf8.contains($0) }
    return isScheme ? scheme : nil
  }

  private static func hub(_ text: String, scheme: String) throws(RemoteError) -> String {
    let afterScheme = text[text.index(text.startIndex, offsetBy: scheme.count + 3)...]
    let authority = afterScheme.prefix { !"/?#".contains($0) }
    if authority.contains("@") {
      // The password must not go into a terminal's scrollback or a log.
      let shown = "\(scheme)://\(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")"
      throw .badAddress(
        shown, reason: "a user name or password stands in it",
        remedy: "leave it out: an address is kept in the store and shown, and credentials never are")
    }
    guard scheme == "https" || scheme == "http" else {
      throw .badAddress(
        text, reason: "\(scheme):// is not spoken here",
        remedy: scheme == "file" ? "give the folder's path alone" : "give a folder's path, or an address with https://")
    }
    let url: String
    do throws(IdentifierError) { url = try WebAddress(parsing: text).text } catch {
      throw .badAddress(text, reason: "it is no web address", remedy: "expected for example https://hub.example.org")
    }
    guard !url.contains("?"), !url.contains("#") else {
      throw .badAddress(text, reason: "a query or fragment stands in it", remedy: "end the address before '?' or '#'")
    }
    return String(url.reversed().drop { $0 == "/" }.reversed())
  }
}
