/// A quote and where it stands: W3C TextQuoteSelector and TextPositionSelector together (Web Annotation Data Model
/// §4.2.4 and §4.2.5), one register.
public struct Selector: Hashable, Sendable, Codable {
  /// The source whose text is meant, as a UUID.
  public var source: String?
  /// A name for the text meant, such as a file name.
  public var name: String?
  /// SHA-256 of the text meant, 64 hexadecimal digits.
  public var sha256: String?
  /// The words quoted, byte for byte.
  public var exact: String?
  /// The words right before them.
  public var prefix: String?
  /// The words right after them.
  public var suffix: String?
  /// Where they begin, in Unicode scalars from the start of the text.
  public var start: Int?
  /// Where they end, in Unicode scalars; the first scalar that no longer belongs to them.
  public var end: Int?

  /// Makes a selector of a quote.
  public init(exact: String? = nil, prefix: String? = nil, suffix: String? = nil) {
    self.exact = exact
    self.prefix = prefix
    self.suffix = suffix
  }

  /// The value of the register.
  public var value: CBORValue {
    var entries: [CBORValue.Entry] = []
    let texts = [
      ("source", source), ("name", name), ("sha256", sha256), ("exact", exact), ("prefix", prefix), ("suffix", suffix),
    ]
    for (key, text) in texts { if let text { entries.append(CBORValue.Entry(key, .text(text))) } }
    if let start { entries.append(CBORValue.Entry("start", .int(Int64(start)))) }
    if let end { entries.append(CBORValue.Entry("end", .int(Int64(end)))) }
    return .map(entries)
  }

  /// Reads the value of the register; what is of another type than expected is passed over.
  public init?(_ value: CBORValue) {
    guard value.map != nil else { return nil }
    source = value["source"]?.text
    name = value["name"]?.text
    sha256 = value["sha256"]?.text
    exact = value["exact"]?.text
    prefix = value["prefix"]?.text
    suffix = value["suffix"]?.text
    start = value["start"]?.int.map(Int.init)
    end = value["end"]?.int.map(Int.init)
  }

  /// Checks the sizes of the texts and the order of the positions.
  ///
  /// - Throws: ``ModelError``.
  public func check(field: String) throws(ModelError) {
    for (key, text) in [("exact", exact), ("prefix", prefix), ("suffix", suffix)] {
      guard let text else { continue }
      do { try TextRules.checkProse(text, field: "\(field).\(key)") } catch { throw .identifier(field: field, error) }
    }
    for (key, text) in [("source", source), ("name", name), ("sha256", sha256)] {
      guard let text else { continue }
      do { try TextRules.checkLabel(text, field: "\(field).\(key)") } catch { throw .identifier(field: field, error) }
    }
    let (start, end) = (start ?? 0, end ?? start ?? 0)
    if start < 0 || end < start {
      throw .malformed(
        field: field, value: "\(start)-\(end)", remedy: "start and end count scalars from 0, end not before start")
    }
  }
}
