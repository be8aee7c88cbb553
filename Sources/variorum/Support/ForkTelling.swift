import AnnotationStore

/// Tells people of logs that have several changes in one place.
struct ForkTelling {
  let names: RecordNames
  let card: Card

  /// What closes the conflicts about forked logs.
  static let command = "variorum resolve --forks"

  /// What forked, and what to do about it.
  func write(_ forks: [ForkedLog]) throws {
    for fork in forks {
      let name = try names.curator(fork.owner)
      card.warning(
        "replica \(fork.replica.hex.prefix(16)) of \(name) has two changes in place \(fork.sequence): both branches "
          + "are kept and applied; a store was rolled back, as with a virtual machine, and went on from there",
        indent: 0)
      let advice =
        fork.isOwn
        ? "It is a log of this store. Nothing is lost and nothing needs to be done; do not use the other copy any more."
        : "If it is yours: go on with one copy of that store only, and merge the others into it."
      card.text(advice)
      if fork.isOpen {
        card.text("It is open until somebody writes who has both branches: any write does, and \(Self.command).")
      }
    }
  }

  /// A forked log for scripts.
  static func value(_ fork: ForkedLog) -> CBORValue {
    .map([
      .init("replica", .bytes(fork.replica.bytes)), .init("curator", .bytes(fork.owner.bytes)),
      .init("sequence", .int(Int64(clamping: fork.sequence))),
      .init("tips", .array(fork.tips.map { .bytes($0.id.bytes) })), .init("own", .bool(fork.isOwn)),
      .init("open", .bool(fork.isOpen)),
    ])
  }
}
