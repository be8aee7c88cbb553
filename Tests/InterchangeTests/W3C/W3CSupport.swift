import AnnotationStore
import Foundation

@testable import Interchange

extension Workplace {
  /// What a store exports as annotations.
  func annotations(kinds: [Kind] = []) throws -> (text: String, report: ExportReport) {
    var filter = RecordFilter()
    filter.kinds = kinds
    var bytes: [UInt8] = []
    let report = try Exporter(.init(filter: filter)).run(.w3c, from: store) { bytes += $0 }
    return (String(decoding: bytes, as: UTF8.self), report)
  }

  /// Each annotation of an export as its JSON text.
  func annotationLines(kinds: [Kind] = []) throws -> [String] {
    try annotations(kinds: kinds).text.split(separator: "\n").filter { $0.hasPrefix("{\"id\"") || $0.hasPrefix("{\"@") }
      .filter { !$0.hasPrefix("{\"@context\":[\"\(W3CTerms.contextIRI)\",{\"variorum\"") }
      .map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }
  }

  /// The export's annotations but those that tell who works here.
  func othersLines() throws -> [String] {
    try annotationLines().filter { !$0.hasPrefix("{\"id\":\"\(RecordIRI.text(curator))\"") }
  }
}

/// JSON with its members in order of their names, so that it can be compared.
func canonical(_ text: String) throws -> String {
  let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
  let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
  return String(decoding: data, as: UTF8.self)
}
