import ArgumentParser
import SyncTransports

/// `variorum remote list`.
struct RemoteListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the remotes.",
    discussion: """
      EXAMPLE
        variorum remote list
      """)

  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let remotes = try RemoteRegistry(try global.openStore(readOnly: true)).all()
    if console.isJSON {
      for remote in remotes { console.json(.map(RemoteTelling.entries(remote))) }
      return
    }
    if remotes.isEmpty { return console.hint("variorum remote add NAME PATH") }
    var table = TextTable(columns: [.init("NAME"), .init("KIND"), .init("ADDRESS", isFlexible: true)])
    for remote in remotes { table.add([remote.name, remote.address.kind, remote.address.description]) }
    console.table(table)
  }
}
