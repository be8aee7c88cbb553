import AnnotationStore
import ArgumentParser
import SyncProtocol
import SyncTransports

/// What `sync`, `push` and `pull` have in common.
struct SyncOptions: ParsableArguments {
  @Argument(help: "The remote's name; none where there is only one.")
  var name: String?
  @Flag(help: "Do it with every remote; one that fails does not keep the others from it.")
  var all = false
  @Flag(help: "Tell what would come and go, and write nothing.")
  var dryRun = false
  @Flag(help: "Exit with 3 where conflicts are open in the end.")
  var check = false
  @Flag(help: "Trust nothing that is remembered of the remote: read all of it, and give it all that it lacks.")
  var repair = false
  @OptionGroup(title: "For a hub") var hub: HubAccess

  func validate() throws {
    if all, name != nil { throw ValidationError("--all is every remote (leave the name out).") }
  }

  /// The remotes that are meant.
  func remotes(of store: Store) throws -> [Remote] {
    let registry = RemoteRegistry(store)
    if let name { return [try registry.remote(named: name)] }
    guard all else { return [try registry.only()] }
    let remotes = try registry.all()
    if remotes.isEmpty { throw RemoteError.noRemotes }
    return remotes
  }
}

/// Syncs a store with its remotes, one after the other.
struct SyncRun {
  let store: Store
  let remotes: [Remote]
  let options: SyncOptions
  let direction: SyncDirection
  let console: Console
  /// What reaching a hub takes.
  private let hub: HubOptions

  init(store: Store, remotes: [Remote], options: SyncOptions, direction: SyncDirection, console: Console) {
    self.store = store
    self.remotes = remotes
    self.options = options
    self.direction = direction
    self.console = console
    hub = options.hub.options(console)
  }

  /// - Throws: ``CLIError/usage(_:)`` where a token that was given for one hub would be shown to several.
  private func checkTokens() throws {
    let hubs = Set(
      remotes.compactMap { remote in
        if case .hub(let url) = remote.address { url.split(separator: "/").prefix(2).joined() } else { nil }
      })
    guard hubs.count > 1, hub.tokenFile != nil || hub.environment["VARIORUM_TOKEN"]?.isEmpty == false else { return }
    throw CLIError.usage(
      "one token would be shown to \(hubs.count) hubs (name one remote, or leave VARIORUM_TOKEN and --token-file out "
        + "and put a line ADDRESS TOKEN for each into \(hub.credentialsPath ?? "~/.config/variorum/credentials"))")
  }

  /// Asks for the tokens that are not kept.
  func findTokens() throws {
    try checkTokens()
    for remote in remotes {
      if let hub = remote.address.open(hub: hub) as? HubRemote { try hub.findToken() }
    }
  }

  /// A bell for all that is to be followed.
  func alarm(pace: WatchPace) -> RemoteAlarm {
    RemoteAlarm(store, remotes.map { $0.address.open(hub: hub) }, pace: pace)
  }

  /// Does it once with each remote, and tells of each.
  ///
  /// - Throws: the error of the only remote; of several the last one, when the others were told and all had their turn.
  func once() async throws {
    try checkTokens()
    var failed: (any Error)?
    var opened = 0
    for remote in remotes {
      if remotes.count > 1 { RemoteTelling(console: console).heading(remote) }
      do { opened += try await sync(remote) } catch {
        if let failed { console.error(ErrorReport(failed)) }
        failed = error
      }
    }
    if let failed { throw failed }
    if opened > 0 { try console.hintAtConflicts(of: store) }
    if options.check, try openConflicts() > 0 { throw CLIError.conflictsOpen }
  }

  /// - Returns: how many conflicts were opened.
  private func sync(_ remote: Remote) async throws -> Int {
    let transport = remote.address.open(hub: hub)
    let bar = console.progress(total: 1, what: "synced")
    defer { bar.finish() }
    let request = SyncRequest(
      direction: direction, memory: RemoteRegistry(store).memory(of: remote), trustsMemory: !options.repair,
      progress: { bar.update($0, of: $1) })
    let telling = RemoteTelling(console: console)
    if options.dryRun {
      let preview = try await transport.rehearse(store, request)
      bar.finish()
      try telling.put(preview, of: remote, direction, store)
      return 0
    }
    let receipt = try await transport.sync(store, request)
    bar.finish()
    telling.put(receipt, of: remote, direction)
    try ReceiptTelling.check(ExchangeReceipt(receipt, direction: direction))
    return receipt.report.conflictsOpened
  }

  private func openConflicts() throws -> Int { try store.read { try $0.status().openConflicts } }

  // MARK: - Following

  /// Syncs again and again, whenever there is something to do, until the user ends it; tells of syncs that moved
  /// something.
  func follow(_ alarm: RemoteAlarm) async throws {
    var failures: [String: Int] = [:]
    for await _ in alarm.rings {
      var asked = 0
      // Those that failed come last: what they take to fail again keeps no other from its turn.
      for remote in remotes.sorted(by: { failures[$0.name] ?? 0 < failures[$1.name] ?? 0 }) {
        do {
          try await followOnce(remote)
          failures[remote.name] = nil
        } catch {
          failures[remote.name, default: 0] += 1
          // What lasts is told when it begins, and not with every try.
          if failures[remote.name] == 1 { tell(error, of: remote) }
          if case RemoteError.hub(_, .busy(let seconds?)) = error { asked = max(asked, seconds) }
        }
      }
      if let fewest = failures.values.min() { alarm.ringAgain(afterFailures: fewest, notBefore: .seconds(asked)) }
    }
    if options.check, try openConflicts() > 0 { throw CLIError.conflictsOpen }
  }

  private func tell(_ error: any Error, of remote: Remote) {
    if remotes.count > 1 { RemoteTelling(console: console).heading(remote) }
    console.error(ErrorReport(error))
  }

  private func followOnce(_ remote: Remote) async throws {
    let request = SyncRequest(direction: direction, memory: RemoteRegistry(store).memory(of: remote))
    let receipt = try await remote.address.open(hub: hub).sync(store, request)
    let isQuiet =
      receipt.sent.packs + receipt.received.packs == 0 && receipt.findings.isEmpty && receipt.notices.isEmpty
    if isQuiet { return }
    let telling = RemoteTelling(console: console)
    if remotes.count > 1 { telling.heading(remote) }
    telling.put(receipt, of: remote, direction)
    console.flush()
  }
}
