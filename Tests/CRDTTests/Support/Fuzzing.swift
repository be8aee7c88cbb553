import CRDT

/// Mutated inputs for everything that decodes, and what must hold of whatever is accepted.
struct Fuzzing {
  /// What did not hold, with the input that shows it.
  struct Violation: Error, CustomStringConvertible {
    let what: String
    let input: [UInt8]
    var body: [UInt8]?

    var description: String {
      "\(what): \(hexadecimal(input))" + (body.map { " with body \(hexadecimal($0))" } ?? "")
    }
  }

  /// What the inputs were taken for.
  enum Target: CaseIterable { case value, body, change }

  private let corpus: [EncodedChange]
  private let values: [[UInt8]]
  private var mutator: Mutator
  private(set) var largestInput = 0

  /// Makes a corpus of generated histories and of `extra` changes.
  init(seed: UInt64, extra: [EncodedChange] = []) {
    var changes = extra
    var number: UInt64 = 0
    while changes.count < extra.count + 200 {
      number += 1
      var generator = HistoryGenerator(seed: seed &+ number)
      if let history = try? generator?.generate() { changes += history.changes.map(\.encoded) }
    }
    for index in changes.indices {
      guard index.isMultiple(of: 5), let bytes = changes[index].body, var body = try? Body(decoding: bytes) else {
        continue
      }
      body.erase(at: index % body.slots.count)
      changes[index].body = body.encoded
    }
    corpus = changes
    values =
      changes.flatMap { change -> [[UInt8]] in
        guard let body = change.body.flatMap({ try? Body(decoding: $0) }) else { return [] }
        return body.slots.compactMap { slot in if case .value(let value, _) = slot { value.encoded } else { nil } }
      } + Self.nested
    mutator = Mutator(random: SplitMix64(seed: seed))
  }

  private static let nested: [[UInt8]] = [
    CBORValue.array([.null, .bool(true), .int(-70_000), .bytes([1, 2]), .array([.array([.text("é")])])]).encoded,
    CBORValue.map([.init("exact", .text("LCN2")), .init("start", .int(7)), .init("in", .map([.init("a", .null)]))])
      .encoded,
    (0..<15).reduce(CBORValue.array([])) { inner, _ in .array([inner]) }.encoded,
  ]

  /// Tries the next input.
  ///
  /// - Returns: `accepted`, or the name of the reason for refusing it.
  mutating func step() throws(Violation) -> (Target, String) {
    switch mutator.random.below(10) {
    case 0..<3: return (.value, try checkValue())
    case 3..<5: return (.body, try checkBody())
    default: return (.change, try checkChange())
    }
  }

  private mutating func checkValue() throws(Violation) -> String {
    let input = mutator.mutate(mutator.random.pick(values), other: mutator.random.pick(values))
    largestInput = max(largestInput, input.count)
    var skipper = CBORDecoder(input)
    let isSkipped = (try? skipper.skipValue()) != nil
    var decoder = CBORDecoder(input)
    let value: CBORValue
    do throws(CBORError) { value = try decoder.readValue() } catch {
      if error.offset > input.count { throw Violation(what: "an offset beyond the input", input: input) }
      return "\(error.reason)"
    }
    guard isSkipped, skipper.offset == decoder.offset else {
      throw Violation(what: "read, but not passed over", input: input)
    }
    guard value.encoded == Array(input[..<decoder.offset]) else { throw Violation(what: "not canonical", input: input) }
    return decoder.isAtEnd ? "accepted" : "trailingBytes"
  }

  private mutating func checkBody() throws(Violation) -> String {
    let bodies = corpus.compactMap(\.body)
    let input = mutator.mutate(mutator.random.pick(bodies), other: mutator.random.pick(bodies))
    largestInput = max(largestInput, input.count)
    var body: Body
    do throws(CBORError) { body = try Body(decoding: input) } catch { return "\(error.reason)" }
    guard body.encoded == input else { throw Violation(what: "a body that is not canonical", input: input) }
    let (hash, counted) = (body.hash, body.largestByteCount)
    body.erase(at: mutator.random.below(body.slots.count))
    guard body.hash == hash, body.encoded.count <= counted, body.largestByteCount <= counted else {
      throw Violation(what: "erasing changes the hash, or takes more than was counted", input: input)
    }
    guard (try? Body(decoding: body.encoded)) == body else {
      throw Violation(what: "not read after erasing", input: input)
    }
    return "accepted"
  }

  private mutating func checkChange() throws(Violation) -> String {
    var input = mutator.random.pick(corpus)
    let other = mutator.random.pick(corpus)
    if mutator.random.chance(percent: 70) || input.body == nil {
      input.header = mutator.mutate(input.header, other: other.header)
    } else if let body = input.body {
      let mutated = mutator.mutate(body, other: other.body ?? body)
      if let before = try? Body(decoding: body).hash, let after = try? Body(decoding: mutated).hash {
        input.header.replaceFirst(before.bytes, with: after.bytes)
      }
      input.body = mutator.random.chance(percent: 3) ? other.body : mutated
    }
    largestInput = max(largestInput, input.byteCount)
    let change: Change
    do throws(ChangeError) { change = try Change(decoding: input) } catch { return Self.name(of: error) }
    try Self.checkAccepted(change, input)
    return "accepted"
  }

  private static func checkAccepted(_ change: Change, _ input: EncodedChange) throws(Violation) {
    func violation(_ what: String) -> Violation { Violation(what: what, input: input.header, body: input.body) }
    guard (try? Change(decoding: input, checkingBody: false)) == change else {
      throw violation("read otherwise unchecked")
    }
    guard input.countedBytes >= input.byteCount, input.countedBytes <= Limits.changeBytes else {
      throw violation("\(input.countedBytes) bytes are counted")
    }
    let sorted = change.prerequisites
    guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0 < $1 }), Set(sorted).isSuperset(of: change.namedByOps) else {
      throw violation("prerequisites are not what is named")
    }
    let body = input.body.flatMap { try? Body(decoding: $0) }
    guard body?.seed != nil || body == nil else { return }
    let again: EncodedChange
    do throws(ChangeError) { again = try change.encode(seed: body?.seed ?? []) } catch {
      throw violation("cannot be written again (\(error))")
    }
    guard (try? Change(decoding: again)) == change else { throw violation("written again, it reads as another") }
  }

  private static func name(of error: ChangeError) -> String {
    switch error {
    case .header(let error): "header \(error.reason)"
    case .body(let error): "body \(error.reason)"
    case .version: "version"
    case .missing: "missing"
    case .inconsistent: "inconsistent"
    case .tooLarge: "tooLarge"
    case .bodyHash: "bodyHash"
    }
  }
}

extension [UInt8] {
  /// Puts `new` in the place where `old`, which is as long, stands first.
  fileprivate mutating func replaceFirst(_ old: [UInt8], with new: [UInt8]) {
    guard let place = indices.first(where: { self[$0...].starts(with: old) }) else { return }
    replaceSubrange(place..<place + old.count, with: new)
  }
}
