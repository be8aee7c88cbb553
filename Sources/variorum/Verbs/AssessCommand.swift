import AnnotationStore
import ArgumentParser

/// `variorum assess`.
struct AssessCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "assess",
    abstract: "Say what you hold of a claim, and on what evidence.",
    usage: "variorum assess <claim> <stance> [<options>]",
    discussion: """
      You have one assessment of a claim: saying it again changes it. Others have their own; where they differ, that \
      is disagreement and stays. Any of --evidence, --from-source, --quote, --strength and --direction adds a piece \
      of evidence with it.

      EXAMPLE
        variorum assess c:3f9a1c supports --body "Two cohorts." \\
          --evidence ECO:0000006 --from-source s:77aa01 --strength strong
      """)

  @Argument(help: "The claim.")
  var claim: String
  @Argument(
    help: ArgumentHelp("\(Vocabulary.stance.joined(separator: ", ")).", valueName: "stance"),
    completion: .list(Vocabulary.stance))
  var position: String?
  @Option(
    help: ArgumentHelp("The stance, where it does not follow the claim.", valueName: "stance"),
    completion: .list(Vocabulary.stance))
  var stance: String?
  @OptionGroup var prose: BodyOptions
  @Option(help: ArgumentHelp("The type of the evidence, as ECO:0000006.", valueName: "eco"))
  var evidence: String?
  @Option(
    help: ArgumentHelp("The paper that has the evidence: s:..., a DOI or another identifier.", valueName: "source"))
  var fromSource: String?
  @OptionGroup var quoted: QuoteOptions
  @Option(
    help: ArgumentHelp("\(Vocabulary.strength.joined(separator: ", ")).", valueName: "word"),
    completion: .list(Vocabulary.strength))
  var strength: String?
  @Option(
    help: ArgumentHelp(
      "\(Vocabulary.direction.joined(separator: ", ")): how the evidence bears on the claim. Else as the stance.",
      valueName: "word"), completion: .list(Vocabulary.direction))
  var direction: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let stance = try givenStance()
    let selector = try quoted.selector()
    var fields = FieldValues(.evidence)
    try fields.set("direction", direction)
    try fields.set("strength", strength)
    let eco = try evidence.map { try CURIE(parsing: $0) }
    let store = try global.openStore()
    let claim = try store.writable(claim, of: [.claim])
    let source = try store.source(fromSource)
    let hasEvidence = eco != nil || source != nil || selector != nil || strength != nil || direction != nil
    let new = WriteTransaction.NewEvidence(
      direction: direction ?? Self.direction(of: stance), eco: eco, source: source, selector: selector,
      strength: strength)
    let body = prose.isGiven ? try prose.text(console: console) : nil
    let commit = try store.commit { tx in
      let assessment = try tx.assess(claim.id, stance: stance, body: body)
      return (assessment, hasEvidence ? try tx.addEvidence(to: assessment.id, new) : nil)
    }
    try tell(commit, stance, claim, store, console)
  }

  private func givenStance() throws -> String {
    if let position, let stance, position != stance {
      throw CLIError.usage("two stances are given (give one)")
    }
    guard let given = position ?? stance else {
      throw CLIError.usage("no stance is given (give one of \(Vocabulary.stance.joined(separator: ", ")))")
    }
    guard Vocabulary.stance.contains(given) else {
      throw ModelError.notInList(field: "stance", value: given, words: Vocabulary.stance)
    }
    return given
  }

  /// How evidence bears on a claim that is assessed so, unless it is said otherwise.
  private static func direction(of stance: String) -> String { stance == "uncertain" ? "neutral" : stance }

  private func tell(
    _ commit: Store.Commit<(Added, RecordID?)>, _ stance: String, _ claim: Record, _ store: Store, _ console: Console
  ) throws {
    let (assessment, evidence) = commit.value
    let shown = try store.shortID(claim.id, .claim)
    if console.isJSON {
      console.notice(commit.notice)
      return console.json(
        .map([
          .init("schema", .int(1)), .init("id", .bytes(assessment.id.bytes)),
          .init("kind", .text(Kind.assessment.rawValue)),
          .init("change", commit.changes.last.map { .bytes($0.bytes) } ?? .null),
          .init("evidence", evidence.map { .bytes($0.bytes) } ?? .null),
        ]))
    }
    let what = commit.changes.isEmpty ? "unchanged" : assessment.isNew ? "assessed" : "assessed anew"
    try console.written(
      commit, to: assessment.id, .assessment, in: store, "\(what) \(shown) as \(stance): \(claim.gist)")
    if let evidence {
      let shortID = try store.shortID(evidence, .evidence)
      let direction = direction ?? Self.direction(of: stance)
      let parts = [direction, strength, self.evidence].compactMap { $0 }.joined(separator: ", ")
      console.data("\(console.style(shortID, .bold))  \(console.excerpt("added evidence: \(parts)", beside: shortID))")
    }
    console.hint("variorum show \(shown)")
  }
}
