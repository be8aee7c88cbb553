import ArgumentParser

/// `variorum pull`.
struct PullCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Take what a remote has and this store lacks, and give nothing.",
    discussion: """
      Nothing is written to the remote, so that one which can only be read will do. The exit \
      code is 1 where changes were refused.

      EXAMPLE
        variorum pull
        variorum pull stick --dry-run
      """)

  @OptionGroup var options: SyncOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) async throws {
    let store = try global.openStore()
    let remotes = try options.remotes(of: store)
    try await SyncRun(store: store, remotes: remotes, options: options, direction: .pull, console: console).once()
  }
}
