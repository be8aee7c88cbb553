import AnnotationStore
import ArgumentParser
import Foundation
import SyncTransports

/// `variorum clone`.
struct CloneCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "clone",
    abstract: "Start another replica of a store, from the store itself or from a bundle.",
    discussion: """
      Makes .variorum/store.sqlite in the directory and fills it with all that is in the other. The two are edited \
      apart from then on, and merge brings them together. Where a clone fails nothing is left; one that was killed \
      leaves a directory .clone-…, which is no store and may be removed.

      EXAMPLE
        variorum clone ../ada ben --curator "Ben Ortiz"
        variorum clone lcn2.bundle lcn2 --curator "Ben Ortiz" --orcid 0000-0002-1694-233X
      """)

  @Argument(help: "A store, a directory that has one, or a bundle.", completion: .file())
  var path: String
  @Argument(help: "The directory that the new store belongs to.", completion: .directory)
  var directory: String
  @Option(help: ArgumentHelp("Who writes into the new store.", valueName: "name"))
  var curator: String?
  @Option(help: ArgumentHelp("The ORCID of who writes.", valueName: "id"))
  var orcid: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    if global.store != nil { throw CLIError.usage("clone makes a store and uses none beside PATH (leave --store out)") }
    if orcid != nil, curator == nil { throw CLIError.usage("--orcid stands beside a name (give --curator NAME too)") }
    guard !directory.isEmpty else { throw CLIError.usage("the directory is empty (variorum clone PATH DIRECTORY)") }
    let person = try curator.map { try Person(name: $0, orcid: orcid) }
    let directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    try refuseStore(in: directory)
    let origin: StoreClone.Origin =
      OtherStore.isBundle(path) ? .bundle(path) : .store(try OtherStore.open(path, beside: nil))
    let bar = console.progress(total: 1, what: "cloned")
    defer { bar.finish() }
    let (receipt, notice) = try StoreClone.make(
      in: directory, from: origin, environment: .process(), progress: { bar.update($0, of: $1) },
      prepare: { store in try person.map { try become($0, in: store) } ?? nil })
    bar.finish()
    console.notice(notice)
    try tell(receipt, directory, console)
  }

  private func refuseStore(in directory: String) throws {
    let path = "\(directory)/\(Store.directoryName)"
    guard FileManager.default.fileExists(atPath: path) else { return }
    throw CLIError.failed(
      "there is a store at \(DirectoryPath.shown(path)) already (variorum merge \(ShellWord.quoted(self.path)) takes "
        + "in what it lacks)")
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
      }
    let status = try store.read { try $0.status() }
    if console.isJSON {
      console.json(
        .map(
          [.init("schema", .int(1)), .init("store", .bytes(store.id.bytes)), .init("path", .text(path))]
            + ReceiptTelling.entries(exchange)))
      return try ReceiptTelling.check(exchange)
    }
    let kinds = status.records.filter { $0.count > 0 }
      .map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }
    console.data("made the store \(DirectoryPath.shown(path)), a replica of \(self.path)")
    let records = kinds.isEmpty ? "no record yet" : kinds.joined(separator: ", ")
    for line in wrapped(records, width: console.width, indent: "  ") { console.data(line) }
    if status.waiting > 0 {
      console.data("  \(ReceiptTelling.counted(status.waiting, "change")) wait for others that the bundle leaves out")
    }
    try ReceiptTelling.check(exchange)
    let shown = ShellWord.quoted(self.directory)
    if status.openConflicts > 0 { console.hint("cd \(shown) && variorum conflicts") }
    console.hint(
      status.curator == nil
        ? "cd \(shown) && variorum init --curator NAME" : "cd \(shown) && variorum list claims")
  }
}
