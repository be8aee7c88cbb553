import AnnotationStore

/// A record with a selector, and the source whose text that means.
public struct QuotedRecord: Hashable, Sendable {
  /// The record: a claim, an annotation or evidence.
  public let record: Record
  /// Its selector.
  public let selector: Selector
  /// The source; nil where neither the selector nor the record nor what it stands on names one.
  public let source: RecordID?
}

extension ReadTransaction {
  /// The selectors of claims, annotations and evidence that are not deleted, by kind and then by creation.
  ///
  /// The text that a selector means is that of the source which it names; else of the record's own source; else of the
  /// source that the record stands on, or that the claim it stands on is from.
  /// - Parameter source: only what means the text of this source, or of one joined to it by `same-as` links.
  public func quotedRecords(of source: RecordID? = nil) throws -> [QuotedRecord] {
    var group: Set<RecordID>?
    if let source {
      var filter = RecordFilter()
      filter.kinds = [.source]
      filter.source = source
      group = Set(try records(filter).map(\.id) + [source])
    }
    var found: [QuotedRecord] = []
    for kind in [Kind.claim, .annotation, .evidence] {
      var filter = RecordFilter()
      filter.kinds = [kind]
      filter.isReversed = true
      try forEachRecord(filter) { record in
        guard let selector = record.selector else { return }
        let meant = try sourceMeant(by: selector, of: record)
        if let group, !(meant.map(group.contains) ?? false) { return }
        found.append(QuotedRecord(record: record, selector: selector, source: meant))
      }
    }
    return found
  }

  private func sourceMeant(by selector: Selector, of record: Record) throws -> RecordID? {
    if let named = selector.source.flatMap({ RecordID(uuid: $0) }) { return named }
    if let own = record.reference("source") { return own }
    // Replies on replies stand on something else in the end; a ring of them is possible only by a faulty program.
    var target = record.reference("target")
    for _ in 0..<32 {
      guard let id = target, let standing = try self.record(id) else { return nil }
      if standing.kind == .source { return id }
      if let source = standing.reference("source") { return source }
      target = standing.reference("target") ?? standing.reference("claim")
    }
    return nil
  }
}
