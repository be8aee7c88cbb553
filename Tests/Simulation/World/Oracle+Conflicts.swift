import AnnotationStore

/// Conflicts that are not about the values of one cell, by their definition.
extension Oracle {
  /// Record, field, type and readings of the conflicts about lives, targets and forked logs, ascending.
  var otherConflicts: [String] { (lifeConflicts + forkConflicts).sorted() }

  /// Record and field of the texts that more than one live op writes: only they can be in conflict.
  var forkedTexts: Set<String> {
    var found = Set<String>()
    for record in creates.keys {
      for field in Kind(rawValue: record.kind)?.fields ?? [] where field.isProse {
        if live(in: CellKey(record: record, field: field.name)).count > 1 { found.insert("\(record.id).\(field.name)") }
      }
    }
    return found
  }

  // MARK: - Lives

  /// What no live delete of a record had seen: of what is live in the record, and of what was put on it.
  private var lifeConflicts: [String] {
    let standing = standing
    var edits: [RecordKey: Set<ChangeID>] = creates.mapValues { Set($0.keys) }
    for cell in written.keys where !cell.field.isEmpty { edits[cell.record, default: []].formUnion(live(in: cell)) }
    return creates.keys.filter { Kind(rawValue: $0.kind) != nil }.flatMap { record -> [String] in
      let cell = CellKey(record: record, field: "")
      let life = live(in: cell)
      let deletes = life.filter { op($0, cell)?.action == .delete }
      if deletes.isEmpty { return [] }
      let seen = deletes.reduce(into: deletes) { seen, delete in
        if case .saw(let saw)? = op(delete, cell)?.payload { seen.formUnion(saw) }
      }
      let unseen = life.subtracting(deletes).union((edits[record] ?? []).subtracting(seen))
      let unseenTargeting = (standing[record.id] ?? []).subtracting(seen)
      return [("life", unseen.count), ("target", unseenTargeting.count)].filter { $0.1 > 0 }.map {
        "\(record.id). \($0.0) \($0.1)"
      }
    }
  }

  /// The creates of the records that stand on each record and are not deleted themselves.
  private var standing: [RecordID: Set<ChangeID>] {
    var found: [RecordID: Set<ChangeID>] = [:]
    for (kind, id, isDeleted) in lives where !isDeleted {
      let record = RecordKey(kind: kind.rawValue, id: id)
      for field in kind.targetFields {
        guard let target = shown(CellKey(record: record, field: field))?.bytes.flatMap({ RecordID($0) }) else {
          continue
        }
        found[target, default: []].formUnion((creates[record] ?? [:]).keys)
      }
    }
    return found
  }

  /// The value shown in a register that nobody restates: of the highest by depth and id of those that say one.
  private func shown(_ cell: CellKey) -> CBORValue? {
    let live = live(in: cell)
    let said = says(together: live, cell)
    let ranked = live.sorted { (depths[$0] ?? 0, $0) > (depths[$1] ?? 0, $1) }
    return ranked.lazy.compactMap { says(together: [$0], cell).first { said.contains($0) } }.first
  }

  // MARK: - Logs

  /// The logs with several ends that no change has all in its past.
  private var forkConflicts: [String] {
    var logs: [ReplicaID: [ChangeID: Change]] = [:]
    for (id, change) in changes { logs[change.replica, default: [:]][id] = change }
    return logs.compactMap { replica, log in
      let tips = Set(log.keys).subtracting(log.values.compactMap(\.previous))
      if tips.count < 2 || heads.contains(where: { past(of: $0).isSuperset(of: tips) }) { return nil }
      let first = log.filter { $0.value.previous == nil }.min { $0.key < $1.key }
      let owner = first?.value.curator ?? RecordID(derivedFrom: .null)
      return "\(owner).\(hexadecimal(replica.bytes)) fork \(tips.count)"
    }
  }

  /// A change and everything before it.
  private func past(of head: ChangeID) -> Set<ChangeID> {
    var seen: Set<ChangeID> = [head]
    var open = [head]
    while let next = open.popLast() {
      for before in changes[next]?.prerequisites ?? [] where seen.insert(before).inserted { open.append(before) }
    }
    return seen
  }
}
