extension Field {
  /// Turns what a person typed into the value of this register.
  ///
  /// Record ids must be whole UUIDs here; whoever accepts shorter forms looks them up first.
  ///
  /// - Throws: ``ModelError`` that names the field and the remedy.
  public func parse(_ text: String) throws(ModelError) -> CBORValue {
    guard case .register(let type) = type else {
      if isSet { throw .notASet(field: name, isSet: true) }
      do { try TextRules.checkProse(text, field: name) } catch { throw .identifier(field: name, error) }
      return .text(text)
    }
    do { return try parse(text, as: type) } catch let error as IdentifierError {
      throw .identifier(field: name, error)
    } catch let error as ModelError { throw error } catch {
      throw .malformed(field: name, value: text, remedy: "\(error)")
    }
  }

  private func parse(_ text: String, as type: ValueType) throws -> CBORValue {
    switch type {
    case .text, .json:
      try TextRules.checkProse(text, field: name)
      return .text(text)
    case .texts:
      let items = text.split(separator: ";").map { String($0).trimmingSpaces }
      if items.isEmpty { throw IdentifierError.emptyText(field: name) }
      for item in items { try TextRules.checkLabel(item, field: name) }
      return .array(items.map(CBORValue.text))
    case .selector:
      try TextRules.checkProse(text, field: name)
      return Selector(exact: text).value
    case .record(let kinds):
      guard let id = RecordID(uuid: text) else {
        throw ModelError.malformed(
          field: name, value: text, remedy: "expected the id of a \(kinds.map(\.rawValue).joined(separator: " or "))")
      }
      return .bytes(id.bytes)
    case .choice(let words):
      guard words.contains(text) else { throw ModelError.notInList(field: name, value: text, words: words) }
      return .text(text)
    case .flag:
      guard ["true", "false"].contains(text) else {
        throw ModelError.notInList(field: name, value: text, words: ["true", "false"])
      }
      return .bool(text == "true")
    case .curie: return .text(try CURIE(parsing: text).text)
    case .doi: return .text(try DOI(parsing: text).text)
    case .pmid: return .text(try PMID(parsing: text).text)
    case .pmcid: return .text(try PMCID(parsing: text).text)
    case .orcid: return .text(try ORCID(parsing: text).text)
    case .url: return .text(try WebAddress(parsing: text).text)
    case .date: return .text(try PartialDate(parsing: text).text)
    case .name:
      try TextRules.checkLabel(text, field: name)
      return .text(text)
    }
  }

  /// Turns what a person typed into an element of this set.
  ///
  /// - Throws: ``ModelError`` that names the field and the remedy.
  public func parseElement(_ text: String) throws(ModelError) -> String {
    let element = try parseElementOfAnyLength(text)
    let byteCount = element.utf8.count
    guard byteCount <= Limits.elementBytes else {
      throw .identifier(field: name, .tooLong(field: name, byteCount: byteCount, limit: Limits.elementBytes))
    }
    return element
  }

  private func parseElementOfAnyLength(_ text: String) throws(ModelError) -> String {
    guard case .set(let type) = type else { throw .notASet(field: name, isSet: false) }
    do {
      switch type {
      case .label:
        let label = text.trimmingSpaces
        try TextRules.checkLabel(label, field: name)
        return label
      case .curie: return try CURIE(parsing: text).text
      case .qualifier:
        guard let equals = text.firstIndex(of: "=") else {
          throw ModelError.malformed(
            field: name, value: text, remedy: "expected ROLE=CURIE, for example tissue=UBERON:0002240")
        }
        let role = String(text[..<equals])
        try TextRules.checkLabel(role, field: "role")
        return role + "=" + (try CURIE(parsing: String(text[text.index(after: equals)...])).text)
      }
    } catch let error as IdentifierError { throw .identifier(field: name, error) } catch let error as ModelError {
      throw error
    } catch { throw .malformed(field: name, value: text, remedy: "\(error)") }
  }

  /// Whether `value` is one that this version would write here. Another one, from another version or a faulty
  /// program, is carried and flagged, never refused.
  public func accepts(_ value: CBORValue) -> Bool {
    guard case .register(let type) = type else { return isProse && value.text != nil }
    switch type {
    case .flag: return value.bool != nil || value == .null
    case .record: return value.bytes.flatMap { RecordID($0) } != nil || value == .null
    case .texts: return value.array?.allSatisfy { $0.text != nil } ?? (value == .null)
    case .selector: return value.map != nil || value == .null
    case .text, .json: return value.text != nil || value == .null
    default:
      guard let text = value.text else { return value == .null }
      return (try? parse(text)) == value
    }
  }

  /// The value as an op carries it, where this field's type puts it.
  public func opValue(_ value: CBORValue) -> OpValue {
    switch type {
    case .prose: .prose(value.text ?? "")
    case .register(let type) where type.placement == .body: .inBody(value)
    default: .inHeader(value)
    }
  }
}

extension String {
  /// Without the spaces and tabs around it.
  var trimmingSpaces: String {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else { return self }
    guard let start = utf8.firstIndex(where: { !isBlank($0) }), let end = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[start...end])
  }
}
