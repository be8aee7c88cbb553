import AnnotationStore
import ArgumentParser
import Hub

/// `variorum token create`.
struct TokenCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a token, and print it once.",
    discussion: """
      A reader takes changes and reads, a writer also sends them and makes a store by sending the first, an admin also \
      reads the hub's metrics. Give --for-store, as often as needed, to keep a token to some stores. Hand the token over where \
      nobody else reads; its bearer puts it into VARIORUM_TOKEN or a file of mode 0600.

      EXAMPLE
        variorum token create --data /srv/variorum --role writer "Ada's laptop"
        variorum token create --data /srv/variorum --for-store 5d0c9a4e-6f0e-4d7b-9a55-0e6f4a1b2c3d "the poster"
      """)

  @Argument(help: "What to call it: whose it is.")
  var name: String
  @Option(help: "reader, writer or admin.")
  var role: Role = .reader
  @Option(help: ArgumentHelp("A store it is for; without any it is for all.", valueName: "id"))
  var forStore: [String] = []
  @OptionGroup var hub: HubData
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let stores = try forStore.map { text in
      guard let id = StoreID(uuid: text) else { throw HubError.notAStore(text) }
      return id
    }
    let made = try hub.tokens.create(
      name: name, role: role, stores: stores.isEmpty ? nil : stores, environment: .process())
    if console.isJSON { return console.json(.map(made.token.entries + [.init("token", .text(made.text))])) }
    console.data(made.text)
    console.message("\(made.token.id)  \(role.rawValue) of \(made.token.scope): \(name)")
    console.hint("keep it now: it is not shown again (variorum token revoke --data DIR \(made.token.id) ends it)")
  }
}
