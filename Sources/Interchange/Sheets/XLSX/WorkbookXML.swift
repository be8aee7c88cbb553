import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads one XML file of a workbook element by element.
///
/// There is no document type in a workbook, so one is refused and no entity but the five of XML is ever resolved.
final class WorkbookXML: NSObject, XMLParserDelegate {
  /// What is told of the file: where elements begin and end, by their local names.
  protocol Handler: AnyObject {
    /// An element begins.
    func begin(_ name: String, _ attributes: [String: String]) throws(ArchiveError)
    /// An element ends; its own text, where it is one of those that are wanted.
    func end(_ name: String, _ text: String) throws(ArchiveError)
  }

  /// How deep elements may lie in each other.
  static let depthLimit = 64

  private let file: String
  private let handler: any Handler
  private let wanted: Set<String>
  private var text: [UInt8] = []
  private var isGathering = false
  private var depth = 0
  private var failure: ArchiveError?

  private init(_ file: String, wanted: Set<String>, _ handler: any Handler) {
    self.file = file
    self.wanted = wanted
    self.handler = handler
  }

  /// Reads a file.
  ///
  /// - Parameter wanted: the local names of the elements whose text is handed on.
  static func read(
    _ bytes: [UInt8], file: String, wanted: Set<String> = [], _ handler: any Handler
  ) throws(ArchiveError) {
    guard !UTF8Check.looksLikeUTF16(bytes), XMLBytes.strangeEncoding(of: bytes) == nil else {
      throw .damaged(file: file, reason: "it is not in UTF-8")
    }
    guard ["<!DOCTYPE", "<!ENTITY"].allSatisfy({ XMLBytes.firstIndex(of: $0, in: bytes) == nil }) else {
      throw .damaged(file: file, reason: "it declares a document type, as no workbook does")
    }
    // From a stream, because libxml2 refuses more than 10 MB of a document that is given at once.
    let parser = XMLParser(stream: InputStream(data: Data(bytes)))
    parser.shouldProcessNamespaces = false
    parser.shouldResolveExternalEntities = false
    let reader = WorkbookXML(file, wanted: wanted, handler)
    parser.delegate = reader
    let isSound = parser.parse()
    if let failure = reader.failure { throw failure }
    guard isSound else {
      let place = "line \(parser.lineNumber), column \(parser.columnNumber)"
      throw .damaged(file: file, reason: "\(place): this is no well-formed XML")
    }
  }

  // MARK: - XMLParserDelegate

  /// An element begins.
  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    // libxml2 may hand on what it has read already, after it was told to stop.
    guard failure == nil else { return }
    depth += 1
    guard depth <= Self.depthLimit else {
      return fail(.damaged(file: file, reason: "elements lie more than \(Self.depthLimit) deep"), parser)
    }
    let name = Self.local(name)
    text.removeAll(keepingCapacity: true)
    isGathering = wanted.contains(name)
    do throws(ArchiveError) { try handler.begin(name, attributes) } catch { fail(error, parser) }
  }

  /// An element ends.
  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard failure == nil else { return }
    depth -= 1
    let own = isGathering ? String(decoding: text, as: UTF8.self) : ""
    isGathering = false
    do throws(ArchiveError) { try handler.end(Self.local(name), own) } catch { fail(error, parser) }
  }

  /// Text that is written as it stands.
  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
  }

  /// Text, or a piece of it.
  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard isGathering, failure == nil else { return }
    text += string.utf8
    if text.count > TableReader.cellLimit {
      fail(.damaged(file: file, reason: "line \(parser.lineNumber): a text of more than 1 MiB"), parser)
    }
  }

  private func fail(_ error: ArchiveError, _ parser: XMLParser) {
    if failure == nil { failure = error }
    parser.abortParsing()
  }

  private static func local(_ name: String) -> String {
    name.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
  }
}
