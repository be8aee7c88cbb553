import AnnotationStore

/// Writes one nanopublication for each accepted claim, as TriG; each is a whole file that can be cut out and published.
struct NanopubWriter: RecordWriter {
  private var isFirst = true
  private var publisher: RecordID?

  mutating func begin(_ context: ExportContext) throws { publisher = try context.reader.currentCurator() }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard let claim = Claim(record) else { return }
    if record.isDeleted { return context.leaveOut("a claim that is deleted") }
    let conflicts = try context.reader.conflicts(of: record.id).filter { $0.type != .prose && $0.type != .fork }
    let isDoubtful = conflicts.contains { $0.field == "status" }
    guard claim.status == "accepted" || isDoubtful else {
      return context.leaveOut("a claim that is not accepted (variorum edit CLAIM --set status=accepted)")
    }
    guard conflicts.isEmpty else {
      return context.leaveOut("a claim in conflict, for what is published cannot be changed (variorum resolve CLAIM)")
    }
    let publication = try publication(of: claim, context)
    try context.put((isFirst ? "" : "\n") + publication.trig)
    isFirst = false
    context.count(.claim)
    try tellLeavings(of: claim, context)
  }

  private func publication(of claim: Claim, _ context: ExportContext) throws -> Nanopub {
    let comparison = NanopubComparison(claim.record)
    if let comparison, try comparison.holds(of: claim.record, context) {
      if !comparison.isOwn {
        for kind in try comparison.additions(to: claim.id, context) {
          context.leaveOut("\(kind.plural) added here to a nanopublication of somebody else, which comes out as it was")
        }
      }
      return comparison.original
    }
    // Somebody else's words, changed here, are published by whoever exports them.
    let isForeign = comparison.map { !$0.isOwn } ?? false
    var builder = NanopubBuilder(claim, context)
    let unsealed = try builder.build(
      publisher: (isForeign ? publisher : nil) ?? claim.curator, original: comparison?.original.iri)
    let signer = try publisher.flatMap { try context.record($0) }.map(NanopubBuilder.iri(ofCurator:))
    return try unsealed.sealed(by: context.options.nanopub.key, signer: signer)
  }

  private func tellLeavings(of claim: Claim, _ context: ExportContext) throws {
    if claim.via != nil { context.leaveOut("who paraphrased a claim (via)") }
    for _ in 0..<(try context.reader.count(.annotation, on: claim.id)) { context.leaveOut("a note on a claim") }
    for _ in 0..<(try context.reader.count(.link, on: claim.id)) {
      context.leaveOut("a link of a claim to another record")
    }
  }
}
