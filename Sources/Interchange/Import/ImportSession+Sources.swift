import AnnotationStore

/// What a text that names a source came to.
enum SourceReference {
  /// The source is there.
  case there(RecordID)
  /// The source is there and deleted.
  case deleted(RecordID)
  /// There is none yet, and this is enough to make it.
  case missing(DerivedID.SourceIdentifier)
  /// The text names none; why.
  case wrong(String)
}

extension ImportSession {
  func take(_ draft: SourceDraft) throws {
    var checker = DraftChecker(.source, at: draft.place)
    let identifiers = identifiers(of: draft, &checker)
    checker.take("title", draft.title)
    checker.take("authors", texts: draft.authors)
    checker.take("container", draft.container)
    checker.take("issued", draft.issued)
    if let isRetracted = draft.isRetracted { checker.take("retracted", value: .bool(isRetracted)) }
    checker.take("entities", elements: draft.entities)
    checker.take("origin", draft.origin)
    guard checker.problems.isEmpty else { return skip(checker.problems) }
    guard let best = identifiers.first else {
      return skip(draft.place, nil, "a source needs a DOI, PMID, PMCID or web address (add one to the entry)")
    }
    guard isWriting else { return }
    let id = try sourceID(of: identifiers) ?? DerivedID.source(best)
    _ = try put(checker, id: id)
    for identifier in identifiers { sources[DerivedID.source(identifier)] = id }
    noteSource(id)
  }

  /// The identifiers that name the paper, best first; a web address only where there is nothing better.
  private func identifiers(of draft: SourceDraft, _ checker: inout DraftChecker) -> [DerivedID.SourceIdentifier] {
    var found: [DerivedID.SourceIdentifier] = []
    checker.take("doi", draft.doi)
    checker.take("pmid", draft.pmid)
    checker.take("pmcid", draft.pmcid)
    for (field, value) in checker.values {
      guard let text = value.text else { continue }
      switch field.name {
      case "doi": if let doi = try? DOI(parsing: text) { found.append(.doi(doi)) }
      case "pmid": if let pmid = try? PMID(parsing: text) { found.append(.pmid(pmid)) }
      default: if let pmcid = try? PMCID(parsing: text) { found.append(.pmcid(pmcid)) }
      }
    }
    guard let url = draft.url else { return found }
    do throws(IdentifierError) {
      let address = try WebAddress(parsing: url)
      checker.take("url", address.text)
      if found.isEmpty { found.append(.url(address)) }
    } catch {
      // A paper that is named otherwise is not refused for the address of a copy of it.
      if found.isEmpty {
        checker.report("url", error.description)
      } else {
        leaveOut("url (\(draft.place)): \(error)")
      }
    }
    return found
  }

  /// The source that carries any of the identifiers and contradicts none.
  private func sourceID(of identifiers: [DerivedID.SourceIdentifier]) throws -> RecordID? {
    for (index, identifier) in identifiers.enumerated() {
      let derived = DerivedID.source(identifier)
      guard let found = try sources[derived] ?? known(derived) ?? transaction.applied.source(carrying: identifier)
      else { continue }
      if index == 0, found == derived { return found }
      let record = try transaction.applied.record(found) ?? transaction.reader().existing(found)
      let contradicts = identifiers.contains { identifier in
        record.text(identifier.field).map { !$0.isSameBytes(as: identifier.text) } ?? false
      }
      if !contradicts { return found }
    }
    return nil
  }

  private func known(_ id: RecordID) throws -> RecordID? { try transaction.applied.life(of: id) == nil ? nil : id }

  func noteSource(_ id: RecordID) {
    if reportedSources.insert(id).inserted { report.sources.add(id) }
  }

  // MARK: - References

  /// What a claim's `source` names: a short id or UUID, a DOI, a PMID, a PMCID or a web address.
  func source(named text: String) throws -> SourceReference {
    if let known = sourcesByReference[text] { return known }
    let reference = try lookUp(text)
    // What is missing is about to be made.
    if case .missing = reference { return reference }
    if sourcesByReference.count >= Self.memoryLimit { sourcesByReference.removeAll(keepingCapacity: true) }
    sourcesByReference[text] = reference
    return reference
  }

  private func lookUp(_ text: String) throws -> SourceReference {
    let identifier: DerivedID.SourceIdentifier
    do {
      guard let parsed = try Self.identifier(text) else { return try source(withID: text) }
      identifier = parsed
    } catch let error as IdentifierError { return .wrong(error.description) }
    let derived = DerivedID.source(identifier)
    if let known = sources[derived] {
      return try transaction.applied.life(of: known)?.isDeleted == true ? .deleted(known) : .there(known)
    }
    if let life = try transaction.applied.life(of: derived) {
      if !life.isDeleted { sources[derived] = derived }
      return life.isDeleted ? .deleted(derived) : .there(derived)
    }
    guard let other = try transaction.applied.source(carrying: identifier) else { return .missing(identifier) }
    sources[derived] = other
    return .there(other)
  }

  /// Reads an identifier by what it begins with; nil where the text looks like none.
  private static func identifier(_ text: String) throws -> DerivedID.SourceIdentifier? {
    let lower = text.lowercased()
    func begins(_ starts: String...) -> Bool { starts.contains { lower.hasPrefix($0) } }
    if begins("http://", "https://") {
      if let doi = try? DOI(parsing: text) { return .doi(doi) }
      if let pmid = try? PMID(parsing: text) { return .pmid(pmid) }
      if let pmcid = try? PMCID(parsing: text) { return .pmcid(pmcid) }
      return .url(try WebAddress(parsing: text))
    }
    if begins("doi:", "10.", "doi.org/", "dx.doi.org/") { return .doi(try DOI(parsing: text)) }
    if begins("pmid:") { return .pmid(try PMID(parsing: text)) }
    if begins("pmc") { return .pmcid(try PMCID(parsing: text)) }
    return nil
  }

  private func source(withID text: String) throws -> SourceReference {
    let forms = "expected DOI:10..., PMID:..., PMC..., a web address, or the id of a source, as in s:3f9a1c"
    do {
      let record = try transaction.applied.record(named: text, of: [.source])
      return record.isDeleted ? .deleted(record.id) : .there(record.id)
    } catch StoreError.notAnID {
      return .wrong("\(IdentifierError.quoted(text)) names no source (\(forms))")
    } catch StoreError.noRecord where text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      return .wrong("no source has the id \(text) (a PubMed id is written PMID:\(text))")
    } catch let error as StoreError where error.isAboutTheName {
      return .wrong(try transaction.applied.telling(error))
    }
  }

  /// Makes a source that nothing is known of but its identifier.
  func makeSource(_ identifier: DerivedID.SourceIdentifier, at place: Place) throws -> RecordID {
    let id = DerivedID.source(identifier)
    var checker = DraftChecker(.source, at: place)
    checker.take(identifier.field, identifier.text)
    if case .created = try put(checker, id: id) {
      report.impliedSources.add(.init(id: id, field: identifier.field, identifier: identifier.text))
    }
    sources[id] = id
    return id
  }
}

extension StoreError {
  /// Whether what was typed is at fault, and not the store.
  var isAboutTheName: Bool {
    switch self {
    case .notAnID, .noRecord, .wrongLetter, .ambiguous, .wrongKind, .deleted: true
    default: false
    }
  }
}
