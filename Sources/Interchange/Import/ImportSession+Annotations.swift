import AnnotationStore

/// A record that annotations are to be made on.
struct Target {
  var id: RecordID
  /// Whether it was made just now, so that nothing can stand on it.
  var isNew = false
  /// Why no annotation can be made on it.
  var fault: String?
}

extension ImportSession {
  func take(_ draft: AnnotationDraft) throws {
    var checker = DraftChecker(.annotation, at: draft.place)
    checker.take("body", draft.body)
    checker.take("tags", elements: draft.tags)
    var motivation = Motivation.commenting
    if let text = draft.motivation {
      do throws(IdentifierError) { motivation = try Motivation(parsing: text) } catch {
        checker.report("motivation", error.description)
      }
    }
    let target = try target(named: draft.target)
    if let fault = target.fault { checker.report("target", fault) }
    guard checker.problems.isEmpty else { return skip(checker.problems) }
    guard isWriting else { return }
    let tags = checker.sets.first?.elements ?? []
    try annotate(target, motivation: motivation, body: draft.body, tags: tags, at: draft.place)
  }

  /// Makes an annotation, unless the same one by this curator stands there, stood there and was deleted, or was made
  /// there and reworded.
  func annotate(_ target: Target, motivation: Motivation, body: String, tags: [String], at place: Place) throws {
    if !target.isNew { try load(target.id) }
    let digest = Self.digest(target.id, motivation.rawValue, body)
    if standing.contains(digest) { return report.there.add(.annotation) }
    if let id = buried[digest] { return report.deleted.add(.init(kind: .annotation, id: id)) }
    if let id = reworded[digest] {
      var checked = DraftChecker(.annotation, at: place)
      checked.take("motivation", motivation.rawValue)
      checked.take("body", body)
      _ = try compare(checked, id: id)
      return
    }
    standing.insert(digest)
    _ = try transaction.createChecked(
      .annotation, transaction.newRecordID(),
      [
        ("target", .value(.bytes(target.id.bytes))), ("motivation", .value(.text(motivation.rawValue))),
        ("body", .value(.text(body))), ("tags", .elements(tags)),
      ])
    report.created.add(.annotation)
  }

  /// Learns what stands on a target by this curator, once: asking for each row would cost as much as there stands.
  private func load(_ target: RecordID) throws {
    guard loadedTargets.insert(target).inserted else { return }
    try transaction.applied.forEachAnnotation(on: target, by: curator) { id, motivation, body, isDeleted in
      let digest = Self.digest(target, motivation, body)
      if isDeleted { buried[digest] = id } else { standing.insert(digest) }
    }
    try transaction.applied.forEachRewordedAnnotation(on: target, by: curator) { id, motivation, body in
      reworded[Self.digest(target, motivation, body)] = id
    }
  }

  private static func digest(_ target: RecordID, _ motivation: String, _ body: String) -> RecordID {
    RecordID(derivedFrom: .array([.bytes(target.bytes), .text(motivation), .text(body)]))
  }

  private func target(named text: String) throws -> Target {
    if let known = targetsByName[text] { return known }
    let target = try lookUpTarget(text)
    if targetsByName.count >= Self.memoryLimit { targetsByName.removeAll(keepingCapacity: true) }
    targetsByName[text] = target
    return target
  }

  private func lookUpTarget(_ text: String) throws -> Target {
    do {
      if let id = RecordID(uuid: text) {
        guard let life = try transaction.applied.life(of: id) else { throw StoreError.noRecord(text) }
        if life.isDeleted { throw StoreError.deleted(id, life.kind) }
        return Target(id: id)
      }
      let record = try transaction.applied.record(named: text)
      if record.isDeleted { throw StoreError.deleted(record.id, record.kind) }
      return Target(id: record.id)
    } catch let error as StoreError where error.isAboutTheName {
      return Target(id: curator, fault: try transaction.applied.telling(error))
    }
  }
}
