import AnnotationStore

/// Writes sources as a bibliography.
///
/// Entries are ordered by their citation keys, which need all of them: so they are held until the end, in the memory
/// that their texts take.
struct BibliographyWriter: RecordWriter {
  /// One of the formats.
  enum Style {
    case cslJSON
    case bibtex
    case ris
  }

  private let style: Style
  private var entries: [BibliographyEntry] = []

  init(_ style: Style) { self.style = style }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    entries.append(BibliographyEntry(record, context))
    context.count(record.kind)
  }

  mutating func end(_ context: ExportContext) throws {
    let sorted = CitationKeys.assign(to: entries)
    entries = []
    if style == .cslJSON { try context.put("[") }
    for (index, entry) in sorted.enumerated() {
      switch style {
      case .cslJSON: try context.put((index == 0 ? "\n" : ",\n") + CSLText.item(entry, context))
      case .bibtex: try context.put((index == 0 ? "" : "\n") + BibTeXText.entry(entry, context))
      case .ris: try context.put((index == 0 ? "" : "\n") + RISText.entry(entry, context))
      }
    }
    if style == .cslJSON { try context.put(sorted.isEmpty ? "]\n" : "\n]\n") }
  }
}
