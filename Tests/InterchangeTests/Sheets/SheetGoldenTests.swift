import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// The sheets of the example are to the byte what they were, what differs from store to store aside.
@Suite struct SheetGoldenTests {
  private static func example() throws -> Workplace {
    let place = try Workplace()
    for name in ["paper.csl.json", "references.bib", "terms.tsv", "claims-ada.tsv"] {
      try place.take(Workplace.example(name), name)
    }
    let first = try #require(try place.all(.claim).min { $0.id < $1.id })
    try place.store.write { _ = try $0.assess(first.id, stance: "disputes", body: "Not in \"our\" cohort.") }
    return place
  }

  /// The text without what is drawn at random or told by a clock: times, the ids of changes, of the store and of what
  /// hangs on the curator.
  private static func masked(_ text: String, _ place: Workplace) throws -> String {
    let store = try place.store.read { try $0.storeID() }
    var text = text.replacing("\(store)", with: "STORE").replacing(place.curator.description, with: "CURATOR")
    for record in try place.all(.assessment) {
      text = text.replacing(record.id.description, with: "ASSESSMENT").replacing(record.id.hex, with: "ASSESSMENT")
    }
    text = text.replacing(/v1-[0-9a-f+]{16,}-[0-9a-f]{8}-[0-9a-f]{4}/, with: "FINGERPRINT")
    text = text.replacing(/:[0-9a-f]{16}/, with: ":VERSION")
    return text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC/, with: "TIME")
  }

  @Test func tables() throws {
    let place = try Self.example()
    for kind in SheetLayout.kinds {
      var filter = RecordFilter()
      filter.order = .id
      let bytes = try Desk.export(place.store, kind, as: .tsv, filter: filter).bytes
      try Golden.expect(Self.masked(String(decoding: bytes, as: UTF8.self), place), "sheet-\(kind.plural).tsv")
    }
  }

  @Test func workbook() throws {
    let place = try Self.example()
    var filter = RecordFilter()
    filter.order = .id
    let bytes = try Desk.export(place.store, .assessment, as: .xlsx, filter: filter).bytes
    let archive = try ZipReader(bytes)
    let parts = try archive.names.map { name in
      "== \(name)\n" + String(decoding: try archive.file(name) ?? [], as: UTF8.self).replacing("><", with: ">\n<")
        + "\n"
    }
    try Golden.expect(Self.masked(parts.joined(), place), "sheet-assessments.xlsx.txt")
  }
}
