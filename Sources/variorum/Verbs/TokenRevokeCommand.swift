import AnnotationStore
import ArgumentParser
import Hub

/// `variorum token revoke`.
struct TokenRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "End a token; a running hub refuses it from then on.",
    discussion: """
      EXAMPLE
        variorum token revoke --data /srv/variorum 3f9a1c22
      """)

  @Argument(help: "The token's id: the part between the first two underscores.")
  var id: String
  @OptionGroup var hub: HubData
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let environment = try StoreEnvironment.process()
    let token = try hub.tokens.revoke(id, nowMilliseconds: environment.nowMilliseconds())
    if console.isJSON { return console.json(.map(token.entries)) }
    console.data("\(console.style(token.id, .bold))  revoked: \(token.name)")
  }
}
