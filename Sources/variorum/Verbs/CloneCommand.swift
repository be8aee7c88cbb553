import AnnotationStore
import ArgumentParser
import Foundation
import SyncTransports

/// `variorum clone`.
struct CloneCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "clone",
    abstract: "Start another replica of a store: from the store itself, a bundle, a shared folder, or a hub.",
    discussion: """
      Makes .variorum/store.sqlite in the directory and fills it with all that is in the other. The two are edited \
      apart from then on, and merge brings them together. A folder or a hub becomes the remote origin of the new store, so that \
      sync goes on from there; where it holds several stores, give the path of the one that is meant, ID.variorum, and of a hub its address with /ID. Where a clone fails nothing \
      is left, but that what was fetched from a hub stays in .fetched, so that the next try goes on there; one that was killed \
      leaves a directory .clone-…, which is no store and may be removed. Where changes were refused the replica is made with \
      all others, and the exit code is 1, as of merge.

      EXAMPLE
        variorum clone ../ada ben --curator "Ben Ortiz"
        variorum clone ~/Dropbox/lcn2 work --curator "Ben Ortiz"
        variorum clone https://hub.example.org lcn2 --curator "Ben Ortiz"
        variorum clone lcn2.bundle lcn2 --curator "Ben Ortiz" --orcid 0000-0002-1694-233X
      """)

  @Argument(
    help: "A store, a directory that has one, a bundle, a shared folder, or a hub's address.", completion: .file())
  var path: String
  @Argument(
    help: "The directory that the new store belongs to; without it one here with the name of what is cloned.",
    completion: .directory)
  var directory: String?
  @Option(help: ArgumentHelp("Who writes into the new store.", valueName: "name"))
  var curator: String?
  @Option(help: ArgumentHelp("The ORCID of who writes.", valueName: "id"))
  var orcid: String?
  @OptionGroup(title: "For a hub") var hub: HubAccess
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) async throws {
    if global.store != nil { throw CLIError.usage("clone makes a store and uses none beside PATH (leave --store out)") }
    if orcid != nil, curator == nil { throw CLIError.usage("--orcid stands beside a name (give --curator NAME too)") }
    let person = try curator.map { try Person(name: $0, orcid: orcid) }
    let directory = try directoryPath()
    try refuseStore(in: directory)
    let bar = console.progress(total: 1, what: "cloned")
    defer { bar.finish() }
    let (receipt, notice) = try await make(directory, person, console) { bar.update($0, of: $1) }
    bar.finish()
    console.notice(notice)
    try tell(receipt, directory, console)
  }

  private func make(
    _ directory: String, _ person: Person?, _ console: Console, progress: @escaping (Int, Int) -> Void
  ) async throws -> (StoreClone.Receipt, String?) {
    func prepare(_ store: Store) throws -> String? { try person.flatMap { try become($0, in: store) } }
    if let address = try remoteAddress() {
      return try await StoreClone.make(
        in: directory, from: try Remote(name: Remote.originName, address: address), hub: hub.options(console),
        environment: .process(), progress: progress, prepare: prepare)
    }
    let origin: StoreClone.Origin =
      OtherStore.isBundle(path) ? .bundle(path) : .store(try OtherStore.open(path, beside: nil))
    return try StoreClone.make(
      in: directory, from: origin, environment: .process(), progress: progress, prepare: prepare)
  }

  /// Where that what is to be cloned is a remote; a directory with a store in it is one, whatever else it holds.
  private func remoteAddress() throws -> RemoteAddress? {
    guard !path.isEmpty, !OtherStore.isBundle(path) else { return nil }
    let here = FileManager.default.currentDirectoryPath
    let address = try RemoteAddress(parsing: path, relativeTo: here)
    guard case .folder(let folder) = address else { return address }
    if (try? GlobalOptions.storeFile(path)) != nil { return nil }
    return (try? FolderRemote(path: folder).stores())?.isEmpty == false ? address : nil
  }

  private func directoryPath() throws -> String {
    if directory?.isEmpty == true { throw CLIError.usage("the directory is empty (variorum clone PATH DIRECTORY)") }
    if let directory { return URL(fileURLWithPath: directory).standardizedFileURL.path }
    let name = URL(fileURLWithPath: path).standardizedFileURL.deletingPathExtension().lastPathComponent
    let directory = FileManager.default.currentDirectoryPath + "/" + name
    guard !name.isEmpty, name != "/", !FileManager.default.fileExists(atPath: directory) else {
      throw CLIError.usage(
        "\(name) is there already (say where the new store goes: variorum clone \(ShellWord.quoted(path)) DIRECTORY)")
    }
    return directory
  }

  private func refuseStore(in directory: String) throws {
    let path = "\(directory)/\(Store.directoryName)"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let there = "cd \(ShellWord.quoted(self.directory ?? DirectoryPath.name(of: directory))) && variorum"
    // A path is told so that it is found from there.
    let origin = ShellWord.quoted(URL(fileURLWithPath: self.path).standardizedFileURL.path)
    let remedy =
      if try remoteAddress() != nil {
        "\(there) sync"
      } else if OtherStore.isBundle(self.path) {
        "\(there) bundle apply \(origin)"
      } else {
        "\(there) merge \(origin)"
      }
    throw CLIError.failed(
      "there is a store at \(DirectoryPath.shown(path)) already (\(remedy) takes in what it lacks)")
  }

  private func become(_ person: Person, in store: Store) throws -> String? {
    try store.commit {
      try $0.becomeCurator(name: person.name, orcid: person.orcid, affiliation: person.affiliation)
    }.notice
  }

  private func tell(_ receipt: StoreClone.Receipt, _ directory: String, _ console: Console) throws {
    let path = "\(directory)/\(Store.directoryName)/\(Store.fileName)"
    let store = try Store.open(at: path, environment: .process(), readOnly: true)
    let exchange =
      switch receipt {
      case .merged(let receipt): ExchangeReceipt(receipt)
      case .applied(let receipt): ExchangeReceipt(receipt)
      case .synced(let receipt): ExchangeReceipt(receipt, direction: .pull)
      }
    let status = try store.read { try $0.status() }
    let shown = ShellWord.quoted(self.directory ?? DirectoryPath.name(of: directory))
    if console.isJSON {
      console.json(
        .map(
          [.init("schema", .int(1)), .init("store", .bytes(store.id.bytes)), .init("path", .text(path))]
            + ReceiptTelling.entries(exchange)))
      return try check(exchange, receipt, shown)
    }
    let kinds = status.records.filter { $0.count > 0 }
      .map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }
    console.data("made the store \(DirectoryPath.shown(path)), a replica of \(self.path)")
    let records = kinds.isEmpty ? "no record yet" : kinds.joined(separator: ", ")
    for line in wrapped(records, width: console.width, indent: "  ") { console.data(line) }
    if status.waiting > 0 {
      console.data("  \(ReceiptTelling.waiting(status.waiting)) for others that the bundle leaves out")
    }
    for refusal in ReceiptTelling.refusals(exchange.report) {
      console.data("  \(console.style("refused", .red)): \(refusal)")
    }
    if case .synced(let receipt) = receipt {
      for finding in receipt.findings { console.notice("\(finding.path) \(finding.what)") }
      console.hint("variorum sync, there, goes on from here: it is the remote \(Remote.originName)")
    }
    if curator != nil, let writer = status.curator {
      try Person.tellNamesakes(of: writer, in: store, at: self.directory ?? DirectoryPath.name(of: directory), console)
    }
    if status.openConflicts > 0 { console.hint("cd \(shown) && variorum conflicts") }
    console.hint(
      status.curator == nil
        ? "cd \(shown) && variorum init --curator NAME" : "cd \(shown) && variorum list claims")
    try check(exchange, receipt, shown)
  }

  /// - Throws: ``CLIError`` where changes were refused, as merge does; it says what there is all the same.
  private func check(_ exchange: ExchangeReceipt, _ receipt: StoreClone.Receipt, _ shown: String) throws {
    guard exchange.refusals > 0 else { return }
    let told =
      "\(ReceiptTelling.counted(exchange.refusals, "run")) of changes refused; the replica in \(shown) is made, and has "
      + "all others"
    let (source, again) = (ShellWord.quoted(path), "--store \(shown)")
    let command =
      switch receipt {
      case .merged: "variorum merge \(source) \(again)"
      case .applied: "variorum bundle apply \(source) \(again)"
      case .synced: "variorum sync \(again)"
      }
    if exchange.report.isAllNewer {
      throw CLIError.newer(
        "\(told): a newer version wrote what was refused (install the newer variorum; then \(command))")
    }
    throw CLIError.failed("\(told) (where \(path) is mended or copied again: \(command))")
  }
}
