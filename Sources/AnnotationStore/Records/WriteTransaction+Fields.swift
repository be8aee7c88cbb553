import AnnotationModel
import GRDB

/// What a create gives to a field.
public enum NewValue: Hashable, Sendable {
  /// The value of a register or the text of prose.
  case value(CBORValue)
  /// The elements of a set.
  case elements([String])
}

extension WriteTransaction {
  /// Creates a record.
  ///
  /// - Parameter values: by wire name; what is not given is absent.
  /// - Returns: `false` where a record with this derived id is there already, deleted or not; nothing is written then.
  @discardableResult
  func create(_ kind: Kind, _ id: RecordID, _ values: [(String, NewValue?)]) throws -> Bool {
    try checkIsRunning()
    let key = RecordKey(kind: kind.rawValue, id: id)
    if key.isDerived, try exists(key) { return false }
    var fields: [Op.FieldValue] = []
    var elements: [Op.FieldElements] = []
    for (name, value) in values {
      guard let value else { continue }
      guard let field = kind.field(named: name) else { throw ModelError.unknownField(kind: kind, field: name) }
      switch value {
      case .value(let value):
        try checkForm(value, of: field)
        fields.append(Op.FieldValue(name, field.opValue(value)))
      case .elements(let given):
        let sorted = Set(try given.map { Array(try field.parseElement($0).utf8) }).sorted {
          $0.lexicographicallyPrecedes($1)
        }
        if sorted.isEmpty { continue }
        elements.append(Op.FieldElements(name, sorted.map { String(decoding: $0, as: UTF8.self) }))
      }
    }
    try append(
      Op(kind: kind.rawValue, record: id, action: .create, payload: .create(values: fields, elements: elements)))
    return true
  }

  /// Gives a register another value, or edits prose to another text.
  ///
  /// - Parameters:
  ///   - kind: the kind of the record, where there are several of its id.
  ///   - value: `nil` for an explicit null, which clears a register.
  /// - Returns: `false` where the field says this already.
  /// - Throws: ``StoreError/conflict(_:_:field:)`` where a register is in conflict: nobody resolves by accident. A text is
  ///   never: what several wrote apart is merged, and edited as it was merged.
  @discardableResult
  public func set(
    _ record: RecordID, _ fieldName: String, of kind: Kind? = nil, to value: CBORValue?
  ) throws -> Bool {
    let (key, field) = try editable(record, fieldName, of: kind)
    guard !field.isSet else { throw ModelError.notASet(field: field.name, isSet: true) }
    try checkNew(value, for: field, of: Kind(rawValue: key.kind) ?? .claim)
    let cell = CellKey(record: key, field: field.name)
    let live = try live(in: cell)
    if field.isProse { return try edit(try applied.version(of: cell, live, applier.log), to: value?.text) }
    let reading = try CellResolver(applier.log).reading(live, in: cell, isProse: false)
    if reading.isConflict { throw StoreError.conflict(record, Kind(rawValue: key.kind) ?? .claim, field: field.name) }
    let value = value ?? .null
    if reading.shown.map({ $0.value == value && !$0.isErased }) ?? (value == .null) { return false }
    try append(
      Op(
        kind: key.kind, record: record, field: field.name, action: .set, supersedes: live,
        payload: .value(field.opValue(value))))
    return true
  }

  /// Adds an element to a set, or removes it.
  ///
  /// - Parameter kind: the kind of the record, where there are several of its id.
  /// - Returns: `false` where the element is there already, or was not.
  @discardableResult
  public func setElement(
    _ record: RecordID, _ fieldName: String, of kind: Kind? = nil, _ element: String, isPresent: Bool
  ) throws -> Bool {
    let (key, field) = try editable(record, fieldName, of: kind)
    func isThere(_ cell: CellKey, _ live: [ChangeID]) throws -> Bool {
      SetReading.isPresent(try CellResolver(applier.log).liveOps(live, in: cell))
    }
    var cell = CellKey(record: key, field: field.name, element: element)
    do { cell.element = try field.parseElement(element) } catch {
      // What came from elsewhere is taken off whatever it looks like.
      if try isPresent || !isThere(cell, live(in: cell)) { throw error }
    }
    let live = try live(in: cell)
    if try isThere(cell, live) == isPresent { return false }
    try append(
      Op(
        kind: key.kind, record: record, field: field.name, element: cell.element, action: isPresent ? .add : .remove,
        supersedes: live))
    return true
  }

  /// Deletes a record, naming what is live in it and on it: what somebody else wrote meanwhile stays in sight.
  ///
  /// - Parameter kind: the kind of the record, where there are several of its id.
  /// - Throws: ``StoreError/conflict(_:_:field:)`` where whether it is deleted is in conflict.
  public func delete(_ record: RecordID, of kind: Kind? = nil) throws {
    let key = try aliveKey(record, of: kind)
    if try applied.isLifeInConflict(key), let kind = Kind(rawValue: key.kind) {
      throw StoreError.conflict(record, kind, field: "")
    }
    try flushForLife(of: key)
    if try applier.log.recordRef(key) == nil { return }
    try append(try deletion(of: key))
  }

  /// Refuses the curator in whose name is written, whom nobody deletes by hand: what is written next would be nobody's.
  ///
  /// - Throws: ``StoreError/ownCurator(_:called:)``.
  package func refuseOwn(_ record: Record) throws {
    if try record.id == curator() { throw StoreError.ownCurator(record.id, called: record.text("name") ?? "") }
  }

  /// The op that deletes a record, having seen all that is here.
  func deletion(of key: RecordKey) throws -> Op {
    let life = LifeMaterialiser(db, log: applier.log, conflicts: applier.conflicts)
    let edits = try applier.log.recordRef(key).map(life.liveChanges) ?? []
    return Op(
      kind: key.kind, record: key.id, action: .delete, supersedes: try live(in: CellKey(record: key, field: "")),
      payload: .saw(Set(try edits + life.createsTargeting(key.id)).sorted()))
  }

  /// Takes the delete of a record back.
  ///
  /// - Parameter kind: the kind of the record, where there are several of its id.
  /// - Throws: ``StoreError/conflict(_:_:field:)`` where whether it is deleted is in conflict.
  public func restore(_ record: RecordID, of kind: Kind? = nil) throws {
    let found = try reader().existing(record, of: kind)
    if try applied.isLifeInConflict(found.key) { throw StoreError.conflict(record, found.kind, field: "") }
    guard found.isDeleted else { throw StoreError.notDeleted(record, found.kind) }
    try append(
      Op(
        kind: found.kind.rawValue, record: record, action: .restore,
        supersedes: try live(in: CellKey(record: found.key, field: ""))))
  }

  /// Whether something is known of a record, what this transaction wrote included.
  func exists(_ key: RecordKey) throws -> Bool {
    try checkIsRunning()
    if isPendingRecord(key) { return true }
    guard let ref = try applier.log.recordRef(key) else { return false }
    return try !applier.log.creates(of: ref).isEmpty
  }

  /// A record that may be written to.
  func aliveKey(_ record: RecordID, of kind: Kind? = nil) throws -> RecordKey {
    try checkIsRunning()
    let found = try existing(record, preferring: kind.map { [$0] } ?? Kind.allCases)
    if found.isDeleted { throw try applied.refusal(ofDeleted: record, found.kind) }
    if let kind, found.kind != kind { throw StoreError.wrongKind(record, is: found.kind, wanted: [kind]) }
    return found.key
  }

  private func existing(_ record: RecordID, preferring kinds: [Kind]) throws -> Record {
    try checkIsRunning()
    if let found = try applied.record(record, preferring: kinds), !isPending(CellKey(record: found.key, field: "")) {
      return found
    }
    guard let found = try reader().record(record, preferring: kinds) else {
      throw StoreError.noRecord(record.description)
    }
    return found
  }

  /// A field of a record that may be written to.
  ///
  /// - Parameters:
  ///   - kind: the kind that is meant, where there are several of this id; else one that has the field.
  ///   - evenDeleted: whether a delete does not matter, because the write is from before it.
  func editable(
    _ record: RecordID, _ fieldName: String, of kind: Kind? = nil, evenDeleted: Bool = false
  ) throws -> (RecordKey, Field) {
    try checkIsRunning()
    let meant = kind
    let kind = try self.kind(
      of: record, preferring: meant.map { [$0] } ?? Kind.having(fieldName), evenDeleted: evenDeleted)
    if let meant, kind != meant { throw StoreError.wrongKind(record, is: kind, wanted: [meant]) }
    guard let field = kind.field(named: fieldName) else {
      throw ModelError.unknownField(kind: kind, field: fieldName)
    }
    let key = RecordKey(kind: kind.rawValue, id: record)
    let isIdentity =
      switch kind {
      case .source: field.name == (try identityField(of: existing(record, preferring: [kind])))
      case .curator: field.name == "orcid" && key.isDerived
      default: false
      }
    if field.isImmutable || isIdentity { throw ModelError.immutable(kind: kind, field: field.name) }
    return (key, field)
  }

  /// The kind of a record that may be written to.
  private func kind(of record: RecordID, preferring kinds: [Kind], evenDeleted: Bool) throws -> Kind {
    if let kind = kindSeenAlive(record), kinds.contains(kind) { return kind }
    let known = isPendingID(record) ? nil : try applied.life(of: record, preferring: kinds)
    let life = try known ?? { (kind: $0.kind, isDeleted: $0.isDeleted) }(existing(record, preferring: kinds))
    if !life.isDeleted { noteAlive(record, life.kind) }
    if life.isDeleted, !evenDeleted { throw try applied.refusal(ofDeleted: record, life.kind) }
    return life.kind
  }

  /// Makes sure that a field may get a value, or be emptied.
  func checkNew(_ value: CBORValue?, for field: Field, of kind: Kind) throws {
    if value == nil, field.isRequired { throw ModelError.required(kind: kind, field: field.name) }
    if let value { try check(value, for: field) }
  }

  /// Makes sure that a value is one that a curator may give to a field, the record that it names included.
  private func check(_ value: CBORValue, for field: Field) throws {
    if case .register(.record(let kinds)) = field.type, let id = value.bytes.flatMap({ RecordID($0) }) {
      try check(id, is: kinds)
    }
    try checkForm(value, of: field)
  }

  private func checkForm(_ value: CBORValue, of field: Field) throws {
    switch field.type {
    case .prose, .register(.text):
      if let text = value.text { _ = try field.parse(text) }
    case .register(.selector):
      try Selector(value)?.check(field: field.name)
    default: break
    }
    if field.accepts(value) { return }
    if let text = value.text { _ = try field.parse(text) }
    throw ModelError.malformed(field: field.name, value: value.text ?? "", remedy: "its form is not that of the field")
  }

  /// The field that the id of a source was derived from.
  private func identityField(of source: Record) throws -> String? {
    let identifiers: [DerivedID.SourceIdentifier?] = [
      source.text("doi").flatMap { try? DOI(parsing: $0) }.map { .doi($0) },
      source.text("pmid").flatMap { try? PMID(parsing: $0) }.map { .pmid($0) },
      source.text("pmcid").flatMap { try? PMCID(parsing: $0) }.map { .pmcid($0) },
      source.text("url").flatMap { try? WebAddress(parsing: $0) }.map { .url($0) },
    ]
    return identifiers.compactMap { $0 }.first { DerivedID.source($0) == source.id }?.field
  }
}
