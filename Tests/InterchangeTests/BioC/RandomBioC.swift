@testable import Interchange

/// Random documents whose mentions are where they say, in scalars.
struct RandomBioC {
  var random: SeededGenerator

  private static let words = [
    "LCN2", "of", "µg", "e\u{301}", "👩‍🔬", "脂質", "ALS", "p < 0.05", "a&b", "\"q\"", "naïve", "𝄞", "\n", "TNF-α", "x",
  ]

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func text() -> String {
    (0..<number(1...12)).map { _ in Self.words.randomElement(using: &random) ?? "x" }.joined(separator: " ")
  }

  /// A document with this id, which should be a PMID.
  mutating func document(_ id: Int) -> BioCDocument {
    var document = BioCDocument(id: String(id))
    document.infons = infons([("license", .string("none")), ("n", .number("1.50"))])
    var offset = number(0...3)
    for index in 0..<number(1...4) {
      var passage = BioCSegment(offset: offset, infons: infons([("type", .string(index == 0 ? "title" : "abstract"))]))
      if number(0...3) == 0 {
        for _ in 0..<number(1...3) {
          var sentence = BioCSegment(offset: offset, text: text())
          annotate(&sentence)
          offset += (sentence.text ?? "").unicodeScalars.count + number(0...2)
          passage.sentences.append(sentence)
        }
      } else {
        passage.text = text()
        annotate(&passage)
        offset += (passage.text ?? "").unicodeScalars.count
      }
      offset += number(0...2)
      document.passages.append(passage)
    }
    var identifiers = 0
    document.forEachSegment { segment in
      for index in segment.annotations.indices {
        segment.annotations[index].id = "T\(identifiers)"
        identifiers += 1
      }
    }
    if identifiers > 1 {
      document.relations = [
        BioCRelation(
          id: "R0", infons: [.init(key: "type", value: .string("Association"))],
          nodes: [.init(refid: "T0", role: "a"), .init(refid: "T1", role: "b")])
      ]
    }
    return document
  }

  private mutating func infons(_ all: [(String, JSONValue)]) -> [JSONValue.Member] {
    all.filter { _ in number(0...4) > 0 }.map { JSONValue.Member(key: $0.0, value: $0.1) }
  }

  private mutating func annotate(_ segment: inout BioCSegment) {
    let scalars = Array((segment.text ?? "").unicodeScalars)
    for _ in 0..<number(0...3) {
      var annotation = BioCAnnotation()
      annotation.infons = infons([
        ("type", .string(["Gene", "Disease", "Species", "Variant"].randomElement(using: &random) ?? "Gene")),
        (
          "identifier",
          .string(["3934", "MESH:D000690", "-", "9606;10090", "rs5"].randomElement(using: &random) ?? "-")
        ),
        ("valid", .bool(true)), ("score", .number("0.250")),
      ])
      var pieces: [String] = []
      for _ in 0..<(number(0...5) == 0 ? 2 : 1) {
        let low = number(0...max(0, scalars.count - 1))
        let high = number(low...scalars.count)
        annotation.locations.append(BioCLocation(offset: segment.offset + low, length: high - low))
        pieces.append(String(String.UnicodeScalarView(scalars[low..<high])))
      }
      annotation.text = pieces.joined(separator: " ")
      segment.annotations.append(annotation)
    }
  }
}

extension BioCDocument {
  /// The document with offsets and lengths in another unit.
  func counting(_ unit: BioCUnit) -> BioCDocument {
    var whole = self
    let leaves = self.leaves.map { ($0.segment.offset, Array(($0.segment.text ?? "").unicodeScalars)) }
    /// What stands between texts is ASCII.
    func converted(_ position: Int) -> Int {
      leaves.reduce(position) { sum, leaf in
        let inside = leaf.1.prefix(max(0, min(leaf.1.count, position - leaf.0)))
        return sum + inside.reduce(0) { $0 + unit.width($1) - 1 }
      }
    }
    whole.forEachSegment { segment in
      segment.offset = converted(segment.offset)
      for index in segment.annotations.indices {
        segment.annotations[index].locations = segment.annotations[index].locations.map {
          let start = converted($0.offset)
          return BioCLocation(offset: start, length: converted($0.offset + $0.length) - start)
        }
      }
    }
    return whole
  }
}
