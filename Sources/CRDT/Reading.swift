/// A value with the change whose author wrote it: for a restated value not the change that restates it.
public struct AuthoredValue: Hashable, Sendable {
  /// The value; for an erased one what stands for it.
  public var value: CBORValue
  /// The change that wrote it.
  public var change: ChangeID
  /// Whether it was erased.
  public var isErased: Bool

  /// Makes it.
  public init(value: CBORValue, change: ChangeID, isErased: Bool = false) {
    self.value = value
    self.change = change
    self.isErased = isErased
  }
}

/// A live op of a cell with what it says there.
public struct LiveOp: Hashable, Sendable {
  /// The change that the op is part of.
  public var change: ChangeID
  /// The causal depth of that change: one more than the greatest among its prerequisites.
  public var depth: UInt64
  /// What the op does.
  public var action: Action
  /// The values that it reads as; none where it is *absent*, as a create is that says nothing of the field.
  public var values: [AuthoredValue]

  /// Makes it.
  public init(change: ChangeID, depth: UInt64, action: Action, values: [AuthoredValue]) {
    self.change = change
    self.depth = depth
    self.action = action
    self.values = values
  }

  /// Whether it ranks below `other`: by causal depth, then by change id.
  public func ranksBelow(_ other: LiveOp) -> Bool { (depth, change) < (other.depth, other.change) }
}

/// How the live ops of a register read; prose reads the same way, with the texts of its heads as the values.
public struct RegisterReading: Hashable, Sendable {
  /// One distinct live value and all who wrote it.
  public struct Candidate: Hashable, Sendable {
    /// The value, under the author that ranks highest.
    public var authored: AuthoredValue
    /// The live changes that carry it, from the highest rank down.
    public var carriers: [ChangeID]
  }

  /// The distinct live values, from the highest rank down; the first is the one shown.
  public private(set) var candidates: [Candidate] = []

  /// The value shown: that of the highest (causal depth, change id); `nil` where the cell is absent.
  public var shown: AuthoredValue? { candidates.first?.authored }

  /// Whether concurrent ops left more than one distinct live value.
  public var isConflict: Bool { candidates.count > 1 }

  /// Reads the live ops of one cell.
  ///
  /// - Parameter isDerived: whether the record's id is derived; then its creates are offers that never conflict with
  ///   each other, and anything else outranks them.
  public init(_ live: [LiveOp], isDerived: Bool) {
    let ranked = live.filter { !$0.values.isEmpty && $0.action.isKnown }.sorted { $1.ranksBelow($0) }
    let hasWrites = live.contains { $0.action != .create && $0.action.isKnown }
    var places: [Sameness: Int] = [:]
    for op in ranked {
      if isDerived && op.action == .create && (hasWrites || !candidates.isEmpty) { continue }
      for authored in op.values { add(authored, carriedBy: op.change, &places) }
    }
  }

  /// What authored values have in common that count as one; what was erased is known by who wrote it alone.
  private struct Sameness: Hashable {
    var value: CBORValue
    var writer: ChangeID?
  }

  private mutating func add(
    _ authored: AuthoredValue, carriedBy change: ChangeID, _ places: inout [Sameness: Int]
  ) {
    let key = Sameness(value: authored.value, writer: authored.isErased ? authored.change : nil)
    if let same = places[key] {
      if candidates[same].carriers.last != change { candidates[same].carriers.append(change) }
    } else {
      places[key] = candidates.count
      candidates.append(Candidate(authored: authored, carriers: [change]))
    }
  }
}

/// How the live ops of one element of a set read.
public enum SetReading {
  /// Whether the element is present: while any live op on it adds it.
  public static func isPresent(_ live: [LiveOp]) -> Bool {
    live.contains { $0.action == .add || $0.action == .create && !$0.values.isEmpty }
  }
}

/// How the live ops of a record's life read.
public struct LifeReading: Hashable, Sendable {
  /// Whether the record is deleted: while only deletes are live.
  public var isDeleted = false
  /// The changes live in the record that no live delete had seen; not empty means an edit/delete conflict.
  public var unseenEdits: [ChangeID] = []
  /// The creates of records on this target that no live delete had seen; not empty means a conflict.
  public var unseenTargeting: [ChangeID] = []

  /// Whether somebody has to decide.
  public var isConflict: Bool { !unseenEdits.isEmpty || !unseenTargeting.isEmpty }

  /// A live op of the life cell.
  public struct Live: Hashable, Sendable {
    /// Its change.
    public var change: ChangeID
    /// `create`, `delete` or `restore`.
    public var action: Action
    /// Of a delete: what it saw.
    public var saw: [ChangeID]

    /// Makes it.
    public init(change: ChangeID, action: Action, saw: [ChangeID] = []) {
      self.change = change
      self.action = action
      self.saw = saw
    }
  }

  /// Reads the life of a record.
  ///
  /// - Parameters:
  ///   - life: the live ops of the life cell.
  ///   - edits: the changes live in any other cell of the record.
  ///   - targeting: the creates of records that target this one.
  public init(life: [Live], edits: some Sequence<ChangeID>, targeting: some Sequence<ChangeID>) {
    let deletes = life.filter { $0.action == .delete }
    guard !deletes.isEmpty else { return }
    isDeleted = deletes.count == life.count
    var seen = Set(deletes.map(\.change))
    for delete in deletes { seen.formUnion(delete.saw) }
    let alive = life.filter { $0.action != .delete }.map(\.change)
    unseenEdits = Set(alive).union(Set(edits).subtracting(seen)).sorted()
    unseenTargeting = Set(targeting).subtracting(seen).sorted()
  }
}
