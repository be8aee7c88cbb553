import AnnotationStore

/// A row of the Hypothesis API (`/api/search`, `/api/annotations/ID`), as its exports hold it.
struct HypothesisRow {
  private static let address = "https://hypothes.is/a/"
  let value: JSONValue

  /// Whether a value looks like a row: a page's address and targets, and no W3C class.
  static func isRow(_ value: JSONValue) -> Bool {
    value["uri"]?.string != nil && value["target"]?.elements != nil && value["type"] == nil && value["@context"] == nil
  }

  /// The IRI under which Hypothesis shows the annotation.
  var iri: String? { value["id"]?.string.map { Self.address + $0 } }

  /// The IRI of the annotation that this one answers: the last of the thread above it.
  var parent: String? { value["references"]?.asList.last?.string.map { Self.address + $0 } }

  var text: String? { value["text"]?.string.flatMap { $0.isProse ? $0 : nil } }

  var tags: [String] { value["tags"]?.asList.compactMap(\.string).map { $0.trimmed() }.filter(\.isLabel) ?? [] }

  var title: String? {
    value["document"]?["title"]?.asList.first?.string?.collapsed().trimmedOrNil()
  }

  /// The account as an agent.
  var creator: JSONValue? {
    guard let account = value["user"]?.string?.trimmedOrNil() else { return nil }
    let bare = account.hasPrefix("acct:") ? String(account.dropFirst(5)) : account
    let name = value["user_info"]?["display_name"]?.string?.trimmedOrNil() ?? String(bare.prefix { $0 != "@" })
    return .object([.init("id", .string(account)), .init("name", .string(name))])
  }

  var motivation: Motivation {
    if parent != nil { return .replying }
    if text != nil { return .commenting }
    return tags.isEmpty ? .highlighting : .tagging
  }

  /// The selector, and the row's targets without what it holds.
  func selector() -> (selector: Selector?, rest: JSONValue?) {
    var targets = value["target"]?.elements ?? []
    guard let first = targets.first else { return (nil, nil) }
    var reader = SelectorReader()
    var members = first.members
    for index in members.indices where members[index].key == "selector" {
      let template = reader.template(of: members[index].value)
      members[index].value = .array(template.asList.filter { !Hole.occurs(in: $0) })
    }
    members.removeAll { $0.key == "source" && $0.value.string == value["uri"]?.string }
    members.removeAll { $0.key == "selector" && $0.value.elements?.isEmpty == true }
    targets[0] = .object(members)
    let rest: JSONValue? = members.isEmpty && targets.count == 1 ? nil : .array(targets)
    return (reader.hasFound ? reader.selector : nil, rest)
  }

  /// What the model has no field for.
  func rest(targets: JSONValue?) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    for member in value.members {
      switch member.key {
      case "id", "created", "user", "uri": continue
      case "text" where text != nil: continue
      case "tags" where tags.count == member.value.elements?.count: continue
      case "target": members.add("target", targets)
      case "updated" where member.value.string == value["created"]?.string: continue
      default: members.append(member)
      }
    }
    return members
  }
}

extension W3CDecoder {
  /// Reads a row of the Hypothesis API.
  func decodeRow(_ value: JSONValue) throws {
    let row = HypothesisRow(value: value)
    guard let iri = row.iri else { return report("id", "missing, and an annotation needs it") }
    guard let page = value["uri"]?.string, let identifier = RecordIRI.identifier(ofTarget: page) else {
      return report("uri", "is not the address of a source (expected http://... or https://...)")
    }
    var draft = RecordDraft(place: place, kind: .annotation, id: DerivedID.annotation(iri: iri))
    draft.curator = curator(row.creator)
    draft.createdMilliseconds = time(value["created"]?.string)
    let (selector, targets) = row.selector()
    draft.fields["motivation"] = .text(row.motivation.rawValue)
    draft.fields["body"] = .text(row.text ?? selector?.exact ?? row.motivation.rawValue)
    draft.fields["selector"] = selector.map { .selector($0) }
    if !row.tags.isEmpty { draft.fields["tags"] = .elements(row.tags) }
    var origin = Origin()
    origin.id = iri
    if let updated = value["updated"]?.string, let time = Timestamp.milliseconds(updated),
      time != draft.createdMilliseconds
    {
      origin.w3c = [.init("modified", .string(Timestamp.text(time)))]
    }
    let rest = row.rest(targets: targets)
    if !rest.isEmpty { origin.others = [.init("hypothesis", .object(rest))] }
    draft.fields["origin"] = origin.content
    if let parent = row.parent {
      return try emit(draft, answering: DerivedID.annotation(iri: parent), page: page)
    }
    draft.fields["target"] = .record(try source(identifier, title: row.title))
    emit(draft)
  }
}
