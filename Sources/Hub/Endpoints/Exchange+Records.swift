import AnnotationStore
import HTTPTypes
import Hummingbird
import SyncProtocol

/// Read-only JSON for people and scripts.
extension Exchange {
  private static let pageParameters: Set<String> = ["cursor", "limit"]
  /// How many records a page has at most.
  private static let pageLimit = 1...1_000
  /// Beyond how many bytes a page ends early.
  private static let pageBytes = 4 << 20

  /// The records of a kind that meet the filters of the query, newest first.
  func records(_ kind: Kind, _ served: ServedStore) async throws -> Answer {
    var known = Self.pageParameters.union(["text", "source", "tag", "curator", "conflict"])
    known.formUnion(kind == .claim ? ["status", "stance", "entity"] : ["target"])
    let query = try Query(request.uri.query, known: known)
    let limit = try query.number("limit", in: Self.pageLimit, default: 100)
    let after = try query["cursor"].map(Self.recordPosition)
    let isInConflict = try query.flag("conflict")
    return try await page(served) { reader in
      var filter = RecordFilter()
      filter.kinds = [kind]
      (filter.after, filter.isInConflict, filter.limit) = (after, isInConflict, limit + 1)
      (filter.words, filter.stance) = (query["text"], query["stance"])
      filter.statuses = query["status"].map { [$0] } ?? []
      filter.tags = query["tag"].map { [$0] } ?? []
      filter.entities = query["entity"].map { [$0] } ?? []
      filter.source = try query["source"].map { try Self.record($0, [.source], reader) }
      filter.target = try query["target"].map { try Self.record($0, Kind.allCases, reader) }
      filter.curator = try query["curator"].map { try Self.record($0, [.curator], reader) }
      var page = Page(limit: limit, byteLimit: Self.pageBytes)
      try page.fill { add in
        try reader.forEachRecord(filter) { record in
          try add(record.value, [.int(record.createdMilliseconds), .bytes(record.id.bytes)])
        }
      }
      return page
    }
  }

  /// The conflicts that meet the filters of the query, by record and field.
  func conflicts(_ served: ServedStore) async throws -> Answer {
    let query = try Query(
      request.uri.query, known: Self.pageParameters.union(["record", "field", "type", "curator"]))
    let limit = try query.number("limit", in: Self.pageLimit, default: 100)
    let after = try query["cursor"].map(Self.conflictPosition)
    let type = try query["type"].map { text in
      guard let type = ConflictType(rawValue: text) else {
        let names = ConflictType.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem(.badRequest, "parameter", "type has to be one of \(names)")
      }
      return type
    }
    return try await page(served) { reader in
      var filter = ConflictFilter()
      (filter.after, filter.field, filter.types, filter.limit) = (after, query["field"], type.map { [$0] }, limit + 1)
      filter.record = try query["record"].map { try Self.record($0, Kind.allCases, reader) }
      filter.curator = try query["curator"].map { try Self.record($0, [.curator], reader) }
      var page = Page(limit: limit, byteLimit: Self.pageBytes)
      try page.fill { add in
        try reader.forEachConflict(filter) { conflict in
          try add(
            conflict.value,
            [.bytes(conflict.record.id.bytes), .text(conflict.field), .text(conflict.type.rawValue)])
        }
      }
      return page
    }
  }

  /// Answers with a page of one snapshot, or that nothing has changed since its reader looked.
  private func page(
    _ served: ServedStore, _ read: @escaping @Sendable (ReadTransaction) throws -> Page
  ) async throws -> Answer {
    let seen = request.headers[.ifNoneMatch] ?? ""
    let id = served.store.id
    // As text, and as the bytes that are sent.
    let share = try await core.memory.take(2 * Self.pageBytes)
    let (tag, page) = try await served.read { reader -> (String, Page?) in
      let digest = StateDigest(store: id, heads: try reader.heads())
      // What is answered follows from the state and the address alone.
      let tag = "W/\"\(digest.hex.prefix(32))\""
      return (tag, Self.matches(seen, tag) ? nil : try read(reader))
    }
    let headers: HTTPFields = [
      .eTag: tag, .cacheControl: "private, no-cache", .vary: "Accept-Encoding, Authorization",
    ]
    guard let page else {
      var answer = Answer(status: .notModified, type: Self.json, bytes: [])
      answer.headers = headers
      return answer
    }
    let json = Array(page.json.utf8)
    let packed = acceptsGzip && json.count > 1_024 ? await gzipped(json) : nil
    var answer = Answer(type: Self.json, bytes: packed ?? json)
    answer.headers = headers
    share.shrink(to: answer.content.byteCount ?? 0)
    answer.share = share
    if packed != nil { answer.headers[.contentEncoding] = "gzip" }
    return answer
  }

  private func gzipped(_ bytes: [UInt8]) async -> [UInt8]? {
    (try? await core.threads.runIfActive { Gzip.compress(bytes) }) ?? nil
  }

  /// Whether gzip is among what the client takes, and not with a weight of nothing (RFC 9110 §12.5.3).
  private var acceptsGzip: Bool {
    (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { coding in
      let parts = coding.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let name = parts.first, name == "gzip" || name == "x-gzip" || name == "*" else { return false }
      return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
    }
  }

  private static func matches(_ header: String, _ tag: String) -> Bool {
    func opaque(_ text: some StringProtocol) -> String {
      let trimmed = String(text.filter { !$0.isWhitespace })
      return trimmed.hasPrefix("W/") ? String(trimmed.dropFirst(2)) : trimmed
    }
    return header.split(separator: ",").contains { opaque($0) == "*" || opaque($0) == opaque(tag) }
  }

  private static func record(_ text: String, _ kinds: [Kind], _ reader: ReadTransaction) throws -> RecordID {
    do { return try reader.record(named: text, of: kinds).id } catch let error as StoreError {
      switch error {
      case .noRecord, .wrongLetter, .ambiguous, .notAnID, .wrongKind:
        throw Problem(.badRequest, "parameter", "\(error)")
      default: throw error
      }
    }
  }

  private static func recordPosition(_ text: String) throws(Problem) -> RecordFilter.Position {
    let parts = try PageCursor.parts(text)
    guard parts.count == 2, let time = parts[0].int, let id = parts[1].bytes.flatMap({ RecordID($0) }) else {
      throw PageCursor.bad
    }
    return RecordFilter.Position(createdMilliseconds: time, id: id)
  }

  private static func conflictPosition(_ text: String) throws(Problem) -> ConflictFilter.Position {
    let parts = try PageCursor.parts(text)
    guard parts.count == 3, let id = parts[0].bytes.flatMap({ RecordID($0) }), let field = parts[1].text,
      let type = parts[2].text.flatMap({ ConflictType(rawValue: $0) })
    else { throw PageCursor.bad }
    return ConflictFilter.Position(record: id, field: field, type: type)
  }
}

/// One page of a list.
private struct Page: Sendable {
  private struct IsFull: Error {}

  private let limit: Int
  private let byteLimit: Int
  private var items: [String] = []
  private var byteCount = 0
  private var last: [CBORValue] = []
  private var hasMore = false

  init(limit: Int, byteLimit: Int) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// Takes items until it is full, each with its place.
  mutating func fill(_ list: ((CBORValue, [CBORValue]) throws -> Void) throws -> Void) throws {
    do {
      try list { value, place in
        if items.count == limit || byteCount > byteLimit {
          hasMore = true
          throw IsFull()
        }
        let text = JSONText.write(value)
        items.append(text)
        byteCount += text.utf8.count
        last = place
      }
    } catch is IsFull {}
  }

  var json: String {
    let next = hasMore ? JSONText.write(.text(PageCursor.text(last))) : "null"
    return "{\"schema\":1,\"items\":[\(items.joined(separator: ","))],\"next\":\(next)}"
  }
}
