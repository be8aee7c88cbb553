import ArgumentParser

/// `variorum push`.
struct PushCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Give a remote what it lacks, and take nothing.",
    discussion: """
      What the remote has is looked at to tell what it lacks, and left there. The exit \
      code is 1 where changes were refused.

      EXAMPLE
        variorum push
        variorum push stick --dry-run
      """)

  @OptionGroup var options: SyncOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) async throws {
    let store = try global.openStore()
    let remotes = try options.remotes(of: store)
    try await SyncRun(store: store, remotes: remotes, options: options, direction: .push, console: console).once()
  }
}
