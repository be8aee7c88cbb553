import AnnotationStore

/// Writes sources, with what is bound to their text, as BioC or PubTator: a document a source.
struct BioCWriter: RecordWriter {
  /// One of the formats.
  enum Style {
    case json
    case xml
    case pubtator
  }

  /// What a collection says it comes from.
  static let collectionSource = "Variorum"

  private let style: Style
  private var isFirst = true

  init(_ style: Style) { self.style = style }

  mutating func begin(_ context: ExportContext) throws {
    switch style {
    case .json:
      try context.put(
        #"{"bioctype":"BioCCollection","source":"\#(Self.collectionSource)","date":"","key":"","version":"1.0","#
          + #""infons":{},"documents":["#)
    case .xml:
      try context.put(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE collection SYSTEM "BioC.dtd">
        <collection><source>\(Self.collectionSource)</source><date></date><key></key>

        """)
    case .pubtator: break
    }
  }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    var assembly = BioCAssembly(record, context)
    if style == .pubtator, record.text("pmid") == nil {
      return context.leaveOut("sources without a PMID, by which PubTator names them")
    }
    let document = try assembly.document()
    switch style {
    case .json: try context.put((isFirst ? "\n" : ",\n") + BioCJSONText.document(document))
    case .xml:
      if !Self.isPlain(document) {
        context.leaveOut("control characters, which XML cannot hold; spaces stand for them")
      }
      try context.put(BioCXMLText.document(document))
    case .pubtator:
      guard let text = PubTatorText.document(document, pmid: record.text("pmid") ?? "", context) else { return }
      try context.put((isFirst ? "" : "\n") + text)
    }
    isFirst = false
    context.count(.source)
    for kind in assembly.written { context.count(kind) }
  }

  mutating func end(_ context: ExportContext) throws {
    switch style {
    case .json: try context.put("\n]}\n")
    case .xml: try context.put("</collection>\n")
    case .pubtator: break
    }
  }

  private static func isPlain(_ document: BioCDocument) -> Bool {
    document.leaves.allSatisfy { ($0.segment.text ?? "").unicodeScalars.allSatisfy(XMLText.isAllowed) }
  }
}
