import AnnotationStore

/// The records of another store while they are written anew.
extension ImportSession {
  /// Takes all records that a reader of another store sees.
  func run(_ reader: ReadTransaction, progress: ((Int, Int) -> Void)?) throws {
    let total = try reader.recordCount()
    var done = 0
    var leaving = StoreLeavings()
    try reader.forEachRecord { record in
      try take(record, of: reader, &leaving)
      done += 1
      if done % 64 == 0 { progress?(done, total) }
    }
    author = nil
    try transaction.setCurator(curator)
    if leaving.deletedCount > 0 {
      leaveOut("\(leaving.deletedCount) record\(leaving.deletedCount == 1 ? "" : "s") deleted there")
    }
  }

  /// Writes what follows in the name of whoever wrote the field in the other store.
  func writeAsAuthor(of field: String, _ element: String?) throws {
    if let author { try transaction.setCurator(author(field, element)) }
  }

  private func take(_ record: Record, of reader: ReadTransaction, _ leaving: inout StoreLeavings) throws {
    let name = "\(record.kind.rawValue) \(try reader.shortID(record.id, record.kind))"
    func leave(_ reason: String) {
      leaving.records.insert(record.id)
      leaveOut("\(name): \(reason)")
    }
    if record.isDeleted {
      leaving.records.insert(record.id)
      leaving.deletedCount += 1
      return
    }
    let conflicts = try reader.conflicts(of: record.id).filter { ![.fork, .prose].contains($0.type) }
    if conflicts.contains(where: { $0.field.isEmpty }) { return leave("whether it is deleted is in conflict there") }
    let life = try transaction.applied.life(of: record.id)
    if let life, life.kind != record.kind { return leave("the id is that of \(life.kind.withArticle) here") }
    var checked = DraftChecker(record.kind, at: Place(line: 1))
    for field in record.kind.fields {
      guard let content = record.fields[field.name] else { continue }
      var fault: String?
      if conflicts.contains(where: { $0.field.isSameBytes(as: field.name) }) {
        fault = "\(field.name) is in conflict there (resolve it there, and import again)"
      } else if case .record(let id) = content {
        fault = try referenceFault(id, field, isNew: life == nil, leaving)
      }
      guard let fault else {
        checked.take(content, of: field)
        continue
      }
      if field.isRequired { return leave(fault) }
      leaveOut("\(name): \(fault); taken without it")
    }
    if let problem = checked.problems.first { return leave(problem.message) }
    try write(record, checked, of: reader, isNew: life == nil)
  }

  /// Why a record cannot stand on another one; `nil` where it can.
  private func referenceFault(
    _ id: RecordID, _ field: Field, isNew: Bool, _ leaving: StoreLeavings
  ) throws -> String? {
    if leaving.records.contains(id) { return "\(field.name) names a record that is left out" }
    guard isNew, case .register(.record(let kinds)) = field.type else { return nil }
    do {
      try transaction.check(id, is: kinds)
      return nil
    } catch let error as StoreError where error.isAboutTheName {
      return "\(field.name): \(try transaction.applied.telling(error))"
    }
  }

  private func write(_ record: Record, _ checked: DraftChecker, of reader: ReadTransaction, isNew: Bool) throws {
    // Untouched since its create it is all one curator's, and who wrote which field need not be looked up.
    let isUntouched = try !reader.isWritten(record)
    let creates = isUntouched ? [] : try reader.creates(of: record.key)
    let later = isUntouched ? [] : try reader.blame(record.id).filter { !creates.contains($0.change) }
    let author = { (field: String, element: String?) in
      later.first { $0.field.isSameBytes(as: field) && ($0.element ?? "").isSameBytes(as: element ?? "") }?.curator
        ?? record.curator
    }
    self.author = author
    guard isNew else {
      _ = try compare(checked, id: record.id)
      return
    }
    try transaction.setCurator(record.curator)
    _ = try transaction.createChecked(record.kind, record.id, checked.newValues(by: record.curator, author))
    report.created.add(record.kind)
    if isUntouched { return }
    for (field, value) in checked.values where !field.isOfCreate && author(field.name, nil) != record.curator {
      try writeAsAuthor(of: field.name, nil)
      try transaction.set(record.id, field.name, to: value)
    }
    for (field, elements) in checked.sets {
      for element in elements where author(field.name, element) != record.curator {
        try writeAsAuthor(of: field.name, element)
        try transaction.setElement(record.id, field.name, element, isPresent: true)
      }
    }
  }
}

/// What of another store was left out.
private struct StoreLeavings {
  /// The records, so that what stands on them is left out as well.
  var records: Set<RecordID> = []
  /// How many of them are deleted there.
  var deletedCount = 0
}

extension Field {
  /// Whether the create gives it even where somebody else edited it since: text that several wrote stays its first
  /// author's.
  fileprivate var isOfCreate: Bool { isProse || isImmutable }
}

extension DraftChecker {
  /// What the create gives in the name of one curator.
  fileprivate func newValues(
    by curator: RecordID, _ author: (String, String?) -> RecordID
  ) -> [(String, NewValue?)] {
    let own = values.filter { $0.field.isOfCreate || author($0.field.name, nil) == curator }
    return own.map { ($0.field.name, .value($0.value)) }
      + sets.map { field, elements in
        (field.name, .elements(elements.filter { author(field.name, $0) == curator }))
      }
  }
}
