import AnnotationStore
import ArgumentParser
import SyncTransports

/// `variorum sync`.
struct SyncCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Exchange changes with a remote, both ways.",
    discussion: """
      What the remote has and this store lacks is taken, and the reverse is given. A sync that was interrupted is \
      finished by the next one. With --watch it stays, and syncs whenever something is new on either side; Ctrl-C ends \
      it. --repair reads a folder whole and writes all that it lacks. The exit code is 1 where changes were refused, \
      and with --check 3 where conflicts are open in the end.

      EXAMPLE
        variorum sync
        variorum sync stick --dry-run
        variorum sync --all --check
        variorum sync team --watch
      """)

  @OptionGroup var options: SyncOptions
  @Flag(help: "Stay, and sync whenever something is new.")
  var watch = false
  @Option(help: ArgumentHelp("With --watch: how often to look at a folder.", valueName: "seconds"))
  var interval: Double = 5
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if watch, options.dryRun { throw ValidationError("--watch goes on syncing, and --dry-run writes nothing.") }
    guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval is 0.1 to 3600 seconds.") }
  }

  func run(_ console: Console) async throws {
    let store = try global.openStore()
    let remotes = try options.remotes(of: store)
    let run = SyncRun(store: store, remotes: remotes, options: options, direction: .both, console: console)
    guard watch else { return try await run.once() }
    // Before Ctrl-C has another meaning than at a prompt.
    try run.findTokens()
    if options.repair { try await run.once() }
    let alarm = run.alarm(pace: WatchPace(interval: .seconds(interval)))
    let interruption = Interruption { alarm.stop() }
    if !console.isJSON {
      console.message("following \(remotes.map(\.name).joined(separator: ", ")); Ctrl-C ends it")
    }
    try await run.follow(alarm)
    withExtendedLifetime(interruption) {}
  }
}
