/// A document of BioC: what JSON, XML and PubTator are read into and written from.
///
/// BioC nests collection, document, passage and, where a passage is split, sentences; annotations and relations may
/// hang on any of the last three. Every level has infons, a map from keys to texts that producers fill as they like.
struct BioCDocument {
  var place = Place(line: 1)
  var id = ""
  var infons: [JSONValue.Member] = []
  var passages: [BioCSegment] = []
  var annotations: [BioCAnnotation] = []
  var relations: [BioCRelation] = []
}

/// A passage or a sentence.
struct BioCSegment {
  /// Where its text begins in the document, in the unit that the producer counts in.
  var offset = 0
  var infons: [JSONValue.Member] = []
  var text: String?
  var sentences: [BioCSegment] = []
  var annotations: [BioCAnnotation] = []
  var relations: [BioCRelation] = []
}

/// A mention.
struct BioCAnnotation {
  var place = Place(line: 1)
  var id = ""
  var infons: [JSONValue.Member] = []
  var text: String?
  var locations: [BioCLocation] = []
}

/// A stretch of the document's text.
struct BioCLocation: Equatable {
  var offset: Int
  var length: Int

  /// The first position that no longer belongs to it; nil where there is no such number.
  var end: Int? {
    let (end, overflows) = offset.addingReportingOverflow(length)
    return overflows || offset < 0 || length < 0 ? nil : end
  }
}

/// A relation between annotations or relations.
struct BioCRelation {
  struct Node {
    var refid: String
    var role: String
  }

  var id = ""
  var infons: [JSONValue.Member] = []
  var nodes: [Node] = []
}

/// Which passage something hangs on, and which sentence of it; of the document itself where it has neither.
struct BioCPath: Hashable {
  var passage: Int?
  var sentence: Int?

  init(passage: Int? = nil, sentence: Int? = nil) {
    self.passage = passage
    self.sentence = sentence
  }
}

extension BioCDocument {
  /// The segments that have text, with where they are, in the order of the file.
  var leaves: [(path: BioCPath, segment: BioCSegment)] {
    var leaves: [(BioCPath, BioCSegment)] = []
    for (index, passage) in passages.enumerated() {
      if passage.text != nil { leaves.append((BioCPath(passage: index), passage)) }
      for (number, sentence) in passage.sentences.enumerated() where sentence.text != nil {
        leaves.append((BioCPath(passage: index, sentence: number), sentence))
      }
    }
    return leaves
  }

  /// All annotations with where they hang, in the order of the file.
  var allAnnotations: [(path: BioCPath, annotation: BioCAnnotation)] {
    var found = annotations.map { (BioCPath(), $0) }
    for (index, passage) in passages.enumerated() {
      found += passage.annotations.map { (BioCPath(passage: index), $0) }
      for (number, sentence) in passage.sentences.enumerated() {
        found += sentence.annotations.map { (BioCPath(passage: index, sentence: number), $0) }
      }
    }
    return found
  }

  /// Hangs an annotation on a segment; on the document where there is no such segment.
  mutating func hang(_ annotation: BioCAnnotation, on path: BioCPath) {
    guard let passage = path.passage, passages.indices.contains(passage) else { return annotations.append(annotation) }
    if let sentence = path.sentence, passages[passage].sentences.indices.contains(sentence) {
      passages[passage].sentences[sentence].annotations.append(annotation)
    } else {
      passages[passage].annotations.append(annotation)
    }
  }

  /// Changes every segment.
  mutating func forEachSegment(_ body: (inout BioCSegment) -> Void) {
    for index in passages.indices {
      body(&passages[index])
      for number in passages[index].sentences.indices { body(&passages[index].sentences[number]) }
    }
  }
}

extension [JSONValue.Member] {
  /// The value of a key.
  func value(_ key: String) -> JSONValue? { first { $0.key.isSameBytes(as: key) }?.value }

  /// The text of a key, which is not blank.
  func text(_ key: String) -> String? { value(key)?.text }

  /// Gives a key a text, at its place or at the end; nil takes it away.
  mutating func set(_ key: String, _ text: String?) {
    let position = firstIndex { $0.key.isSameBytes(as: key) }
    switch (text, position) {
    case (let text?, let position?): self[position].value = .string(text)
    case (let text?, nil): append(JSONValue.Member(key: key, value: .string(text)))
    case (nil, let position?): remove(at: position)
    case (nil, nil): break
    }
  }
}
