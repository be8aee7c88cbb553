import AnnotationStore

extension W3CEncoder {
  /// What a record stands on (section 3.2), with the words of it that are meant (section 4.2).
  func target(of record: Record) throws -> JSONValue {
    let iri: String
    switch record.kind {
    case .claim: iri = try sourceIRI(record.reference("source"))
    case .source: iri = RecordIRI.text(ofSource: record)
    case .term: iri = RecordIRI.text(ofCURIE: record.text("curie") ?? "")
    case .curator: iri = RecordIRI.text(ofCurator: record)
    case .annotation: iri = try record.reference("target").map(self.iri) ?? W3CTerms.noSource
    case .evidence: iri = record.reference("target").map(RecordIRI.text) ?? W3CTerms.noSource
    case .assessment: iri = record.reference("claim").map(RecordIRI.text) ?? W3CTerms.noSource
    case .link: iri = try record.reference("from").map(self.iri) ?? W3CTerms.noSource
    }
    guard record.kind != .evidence, let selector = record.selector else { return .string(iri) }
    let members: [JSONValue.Member] = [
      .init("type", .string("SpecificResource")), .init("source", .string(iri)),
    ]
    return .object(members + Self.members(of: selector))
  }

  /// The IRI of a source that a record names, or the one that says that it names none.
  func sourceIRI(_ id: RecordID?) throws -> String { try id.map(iri) ?? W3CTerms.noSource }

  /// The IRI of a record that another one refers to.
  func iri(_ id: RecordID) throws -> String {
    guard let record = try context.record(id) else { return RecordIRI.text(id) }
    switch record.kind {
    case .source: return RecordIRI.text(ofSource: record)
    case .annotation:
      if let iri = Origin(record).id, DerivedID.annotation(iri: iri) == id { return iri }
      return RecordIRI.text(id)
    default: return RecordIRI.text(id)
    }
  }

  /// The IRI of a record's UUID where ``iri(_:)`` gives the one that another tool gave an annotation: such an IRI could
  /// be that of a source as well.
  func exactIRI(_ id: RecordID?) throws -> String? {
    guard let id, try context.record(id)?.kind == .annotation else { return nil }
    let exact = RecordIRI.text(id)
    return try iri(id) == exact ? nil : exact
  }

  /// The members of a SpecificResource that a selector comes to.
  ///
  /// A quote and a position stand side by side, since each selects the whole by itself (section 4.2): a quote within a
  /// position (`refinedBy`) could not be found, as its prefix and suffix lie outside. Positions count code points, which
  /// are what the Recommendation calls characters, and Unicode scalars here. What makes no selector by its rules, such as
  /// a prefix without a quote, is carried in terms of our own.
  static func members(of selector: Selector) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var selectors: [JSONValue] = []
    var irregular: [JSONValue.Member] = []
    if let exact = selector.exact {
      var quote: [JSONValue.Member] = [
        .init("type", .string("TextQuoteSelector")), .init("exact", .string(exact)),
      ]
      quote.add("prefix", text: selector.prefix)
      quote.add("suffix", text: selector.suffix)
      selectors.append(.object(quote))
    } else {
      irregular.add(W3CTerms.own("prefix"), text: selector.prefix)
      irregular.add(W3CTerms.own("suffix"), text: selector.suffix)
    }
    let (start, end) = (selector.start, selector.end)
    if let start, let end, start >= 0, end >= start {
      selectors.append(
        .object([
          .init("type", .string("TextPositionSelector")), .init("start", .number(String(start))),
          .init("end", .number(String(end))),
        ]))
    } else {
      irregular.add(W3CTerms.own("start"), start.map { .number(String($0)) })
      irregular.add(W3CTerms.own("end"), end.map { .number(String($0)) })
    }
    irregular.add(W3CTerms.own("source"), text: selector.source)
    irregular.add(W3CTerms.own("name"), text: selector.name)
    irregular.add(W3CTerms.own("sha256"), text: selector.sha256)
    if !selectors.isEmpty { members.add("selector", selectors.count == 1 ? selectors[0] : .array(selectors)) }
    if !irregular.isEmpty || selectors.isEmpty { members.add(W3CTerms.own("selector"), .object(irregular)) }
    return members
  }
}
