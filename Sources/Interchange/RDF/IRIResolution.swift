/// Resolves references against a base (RFC 3986 §5.2).
enum IRIResolution {
  private struct Parts {
    var scheme = ""
    var authority: String?
    var path = ""
    var query: String?
    var fragment: String?

    /// Splits as the regular expression of RFC 3986, appendix B, does.
    init(_ text: String) {
      var rest = text.utf8[...]
      func string(_ bytes: Substring.UTF8View) -> String { String(decoding: bytes, as: UTF8.self) }
      if IRI.isAbsolute(text), let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
        scheme = string(rest[..<colon])
        rest = rest[rest.index(after: colon)...]
      }
      if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
        fragment = string(rest[rest.index(after: hash)...])
        rest = rest[..<hash]
      }
      if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
        query = string(rest[rest.index(after: mark)...])
        rest = rest[..<mark]
      }
      if rest.starts(with: "//".utf8) {
        rest = rest.dropFirst(2)
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        authority = string(rest[..<end])
        rest = rest[end...]
      }
      path = string(rest)
    }
  }

  /// The absolute IRI that a reference without a scheme means.
  static func resolve(_ reference: String, against base: String) -> String {
    let base = Parts(base)
    var target = Parts(reference)
    target.scheme = base.scheme
    if target.authority == nil {
      target.authority = base.authority
      if target.path.isEmpty {
        target.path = base.path
        target.query = target.query ?? base.query
      } else if !target.path.utf8.starts(with: "/".utf8) {
        target.path = merged(target.path, with: base)
      }
    }
    var text = target.scheme + ":"
    if let authority = target.authority { text += "//" + authority }
    text += withoutDots(target.path)
    if let query = target.query { text += "?" + query }
    if let fragment = target.fragment { text += "#" + fragment }
    return text
  }

  private static func merged(_ path: String, with base: Parts) -> String {
    if base.authority != nil, base.path.isEmpty { return "/" + path }
    guard let slash = base.path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(base.path[...slash]) + path
  }

  private static func withoutDots(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    var kept: [Substring] = []
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment {
      case ".": if isLast { kept.append("") }
      case "..":
        if kept.count > 1 || (kept.count == 1 && kept[0] != "") { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    return kept.joined(separator: "/")
  }
}
