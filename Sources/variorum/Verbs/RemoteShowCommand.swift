import AnnotationStore
import ArgumentParser
import SyncTransports

/// `variorum remote show`.
struct RemoteShowCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a remote, and what a sync with it would do.",
    discussion: """
      The remote is looked at, and nothing is changed. Where it cannot be reached the exit code is 1.

      EXAMPLE
        variorum remote show team
      """)

  @Argument(help: "The remote's name.")
  var name: String
  @OptionGroup(title: "For a hub") var hub: HubAccess
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) async throws {
    let store = try global.openStore()
    let registry = RemoteRegistry(store)
    let remote = try registry.remote(named: name)
    if !console.isJSON {
      let card = Card(console)
      card.field("Remote", console.style(remote.name, .bold))
      card.field("Address", "\(remote.address), \(remote.address.kind == "hub" ? "a hub" : "a folder")")
    }
    let request = SyncRequest(memory: registry.memory(of: remote))
    let preview = try await remote.address.open(hub: hub.options(console)).rehearse(store, request)
    try RemoteTelling(console: console).put(preview, of: remote, .both, store)
  }
}
