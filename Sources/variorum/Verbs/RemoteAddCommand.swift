import AnnotationStore
import ArgumentParser
import Foundation
import SyncTransports

/// `variorum remote add`.
struct RemoteAddCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Give a folder or a hub a name to sync with.",
    discussion: """
      Nothing is exchanged yet. An address holds no user name and no password: it is kept in the store's file and shown.

      EXAMPLE
        variorum remote add team ~/Dropbox/lcn2
        variorum remote add stick /media/ada/STICK/lcn2
        variorum remote add hub https://hub.example.org
      """)

  @Argument(help: "What to call it.")
  var name: String
  @Argument(help: "The path of a folder, or an address with https://.", completion: .directory)
  var address: String
  @OptionGroup(title: "For a hub") var hub: HubAccess
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) async throws {
    let store = try global.openStore()
    let here = FileManager.default.currentDirectoryPath
    let remote = try Remote(name: name, address: RemoteAddress(parsing: address, relativeTo: here))
    do { try await remote.address.open(hub: hub.options(console)).check(store) } catch let error as RemoteError {
      // A stick need not be plugged in yet.
      guard case .folderMissing = error else { throw error }
      console.notice("\(remote.address) is not there now")
    }
    try RemoteRegistry(store).add(remote)
    if console.isJSON { return console.json(.map(RemoteTelling.entries(remote))) }
    console.data("\(console.style(remote.name, .bold))  added \(remote.address)")
    console.hint("variorum sync \(remote.name)")
  }
}
