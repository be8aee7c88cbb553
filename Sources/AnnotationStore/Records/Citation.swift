import AnnotationModel

/// A source as it is cited in one line: `Wang et al. 2025, Frontiers in Aging Neuroscience, doi:10.3389/...`.
public struct Citation: Hashable, Sendable {
  /// Who and when, as in `Wang et al. 2025`; where no author is known the title, or else the identifier.
  public let short: String
  /// The journal or whatever contains it.
  public let container: String?
  /// The best identifier with its scheme, as in `doi:10.3389/...`.
  public let identifier: String?

  /// Cites a record of the kind `source`.
  public init(_ source: Record) {
    let year = source.text("issued").map { String($0.prefix(4)) }
    let identifier = Self.identifier(of: source)
    let names = source.texts("authors").map(Self.familyName).filter { !$0.isEmpty }
    let who: String? =
      switch names.count {
      case 0: source.text("title")
      case 1: names[0]
      case 2: "\(names[0]) & \(names[1])"
      default: "\(names[0]) et al."
      }
    short = [who ?? identifier ?? "source \(source.id.hex.prefix(6))", year].compactMap { $0 }.joined(separator: " ")
    container = source.text("container")
    self.identifier = who == nil ? nil : identifier
  }

  /// The whole line.
  public var line: String { [short, container, identifier].compactMap { $0 }.joined(separator: ", ") }

  /// The identifier that the source's id would be derived from, with its scheme.
  private static func identifier(of source: Record) -> String? {
    if let doi = source.text("doi") { return "doi:\(doi)" }
    if let pmid = source.text("pmid") { return "pmid:\(pmid)" }
    return source.text("pmcid") ?? source.text("url")
  }

  /// `Wang` of both `Zhuoya Wang` and `Wang, Zhuoya`.
  static func familyName(_ author: String) -> String {
    if let comma = author.firstIndex(of: ",") { return String(author[..<comma]) }
    let words = author.split(separator: " ")
    // Citation managers also write `Wang Z` and `Wang ZY`: initials are never the family name.
    if words.count > 1, let last = words.last, last.count <= 3, last.allSatisfy({ $0.isUppercase || $0 == "." }) {
      return words.dropLast().joined(separator: " ")
    }
    return words.last.map(String.init) ?? author
  }
}
