import AnnotationStore

extension ImportSession {
  /// Takes annotations in as they are read, so that memory does not grow with the file.
  func runW3C(_ read: @escaping () throws -> [UInt8]?) throws {
    let decoder = W3CDecoder(
      existingSource: { try self.existingSource($0) }, isKnown: { try self.transaction.isKnown($0) })
    var reader = try W3CReader(decoder, source: read)
    while let outcome = try reader.next() {
      for line in outcome.leftOut { leaveOut(line) }
      if !outcome.problems.isEmpty { skip(outcome.problems) }
      for draft in outcome.drafts {
        try take(draft)
        if draft.kind == .source { noteSource(draft.id) }
      }
    }
    try finishRecords()
  }

  /// The source that carries an identifier, whatever its own id was derived from.
  private func existingSource(_ identifier: DerivedID.SourceIdentifier) throws -> RecordID? {
    let derived = DerivedID.source(identifier)
    if let known = sources[derived] { return known }
    let found = try transaction.isKnown(derived) ? derived : transaction.applied.source(carrying: identifier)
    if let found { sources[derived] = found }
    return found
  }
}
