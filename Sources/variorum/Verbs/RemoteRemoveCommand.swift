import ArgumentParser
import SyncTransports

/// `variorum remote remove`.
struct RemoteRemoveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Forget a remote; what lies there stays.",
    discussion: """
      EXAMPLE
        variorum remote remove stick
      """)

  @Argument(help: "The remote's name.")
  var name: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let remote = try RemoteRegistry(try global.openStore()).remove(name)
    if console.isJSON { return console.json(.map(RemoteTelling.entries(remote))) }
    console.data("\(console.style(remote.name, .bold))  removed; what lies at \(remote.address) stays")
  }
}
