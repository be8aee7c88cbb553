import AnnotationModel

/// By which rule many conflicts are decided at once.
public enum DecisionRule: String, CaseIterable, Hashable, Sendable {
  /// What stands there by the latest write, by the clocks of the curators' laptops: a value that was taken, or put back by
  /// an undo, is as new as that. What one write put back is as new as it was written.
  case newest
  /// What the curator wrote who decides.
  case mine
  /// What somebody else wrote, where that is one value.
  case theirs
  /// Texts as they were merged; nothing else.
  case merged
}

/// What a rule makes of a conflict.
public struct ProposedDecision: Hashable, Sendable {
  /// The conflict.
  public let conflict: ConflictDetail
  /// The value to take; `nil` where the rule does not say, or a merged text is accepted.
  public let choice: FieldReading?
  /// Why nothing is decided; empty where something is.
  public let reason: String

  /// How the conflict is decided; `nil` where the rule does not say.
  public var decision: Decision? { choice.map { .take($0.change) } ?? (reason.isEmpty ? .accept : nil) }
}

extension DecisionRule {
  fileprivate var asksWhoDecides: Bool { self == .mine || self == .theirs }
}

extension ReadTransaction {
  /// What a rule makes of the conflicts that a filter finds; nothing is written.
  ///
  /// - Throws: ``StoreError/noCurator`` where the rule asks who decides, and nobody was named yet.
  public func proposals(_ filter: ConflictFilter, by rule: DecisionRule) throws -> [ProposedDecision] {
    let curator = try currentCurator()
    if curator == nil, rule.asksWhoDecides { throw StoreError.noCurator }
    var found: [ProposedDecision] = []
    try forEachConflict(filter) { found.append(Self.proposal(for: $0, by: rule, curator: curator)) }
    return found
  }

  /// What a rule makes of a conflict.
  ///
  /// - Throws: ``StoreError/noCurator`` where the rule asks who decides, and nobody was named yet.
  public func proposal(for conflict: ConflictDetail, by rule: DecisionRule) throws -> ProposedDecision {
    let curator = try currentCurator()
    if curator == nil, rule.asksWhoDecides { throw StoreError.noCurator }
    return Self.proposal(for: conflict, by: rule, curator: curator)
  }

  private static func proposal(
    for conflict: ConflictDetail, by rule: DecisionRule, curator: RecordID?
  ) -> ProposedDecision {
    func left(_ reason: String) -> ProposedDecision {
      ProposedDecision(conflict: conflict, choice: nil, reason: reason)
    }
    switch conflict.type {
    case .life, .target: return left("whether it is deleted is for somebody to decide")
    case .fork: return left("a forked log is no question to decide")
    case .register where rule == .merged: return left("only texts are merged")
    case .prose where rule == .merged: return ProposedDecision(conflict: conflict, choice: nil, reason: "")
    case .register, .prose: break
    }
    let mine = conflict.values.filter { value in curator.map(value.isBy) ?? false }
    let theirs = conflict.values.filter { !mine.contains($0) }
    func age(_ value: FieldReading) -> (Int64, Int64) { (value.standsSinceMilliseconds, value.atMilliseconds) }
    let latest = conflict.values.map(age).max { $0 < $1 }
    let candidates =
      switch rule {
      case .newest: conflict.values.filter { value in latest.map { age(value) == $0 } ?? false }
      case .mine: mine
      case .theirs: theirs
      case .merged: [FieldReading]()
      }
    if let only = candidates.first, candidates.count == 1 {
      return ProposedDecision(conflict: conflict, choice: only, reason: "")
    }
    switch rule {
    case .newest: return left("several values are equally new")
    case .mine: return left(mine.isEmpty ? "none of its values is yours" : "several of its values are yours")
    case .theirs: return left("several others wrote different values")
    case .merged: return left("only texts are merged")
    }
  }
}

extension WriteTransaction {
  /// Decides the conflicts that a filter finds by a rule, and leaves those of which the rule does not say anything.
  ///
  /// - Returns: what was decided and what was left.
  /// - Throws: ``StoreError/noCurator``; ``ModelError`` where the reason is none.
  public func resolveAll(
    _ filter: ConflictFilter, by rule: DecisionRule, because reason: String? = nil
  ) throws -> [ProposedDecision] {
    // All reading comes first: what reads after a write begins another change.
    let proposals = try reader().proposals(filter, by: rule)
    for proposal in proposals {
      if let decision = proposal.decision { try decide(proposal.conflict, decision, because: reason) }
    }
    return proposals
  }
}
