import AnnotationStore
import ArgumentParser
import Hub

/// `variorum token list`.
struct TokenListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the tokens of a hub, revoked ones too.",
    discussion: """
      EXAMPLE
        variorum token list --data /srv/variorum
      """)

  @OptionGroup var hub: HubData
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let tokens = try hub.tokens.tokens()
    if console.isJSON {
      for token in tokens { console.json(.map(token.entries)) }
      return
    }
    if tokens.isEmpty { return console.message("no tokens yet (variorum token create --data DIR NAME)") }
    for token in tokens {
      let state = token.revokedMilliseconds == nil ? "" : "  (revoked)"
      console.data("\(console.style(token.id, .bold))  \(token.role.rawValue)  \(token.scope)  \(token.name)\(state)")
    }
  }
}
