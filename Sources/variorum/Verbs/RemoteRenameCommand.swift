import ArgumentParser
import SyncTransports

/// `variorum remote rename`.
struct RemoteRenameCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Give a remote another name.",
    discussion: """
      EXAMPLE
        variorum remote rename origin team
      """)

  @Argument(help: "The remote's name.")
  var name: String
  @Argument(help: "Its new name.")
  var newName: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let remote = try RemoteRegistry(try global.openStore()).rename(name, to: newName)
    if console.isJSON { return console.json(.map(RemoteTelling.entries(remote))) }
    console.data("\(console.style(remote.name, .bold))  renamed from \(name)")
  }
}
