import AnnotationStore
import ArgumentParser
import SyncTransports

/// `variorum bundle inspect`.
struct BundleInspectCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show whose changes a bundle holds, and from when.",
    discussion: """
      Reads all of the file and needs no store; where a replica of the same store is at hand, it names the curators. \
      FILE may be - for standard input.

      EXAMPLE
        variorum bundle inspect lcn2.bundle
      """)

  @Argument(help: "The bundle, or - for standard input.", completion: .file())
  var file: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let telling = try BundleInput.read(file, "inspect", console) {
      BundleTelling(console: console, path: $1, summary: try BundleFile.inspect($0, named: $1))
    }
    guard let store = try replica(of: telling.summary.head.state.store) else { return try tell(telling, nil) }
    try store.read { try tell(telling, $0) }
  }

  private func tell(_ telling: BundleTelling, _ reader: ReadTransaction?) throws {
    if telling.console.isJSON {
      telling.console.json(try telling.value(reader))
    } else {
      try telling.put(reader)
      if file == "-" { return }
      telling.console.hint("variorum bundle apply \(ShellWord.quoted(file)) --dry-run tells what it would bring")
    }
  }

  /// The store at hand, where it is one of the bundle's; one that was named must open.
  private func replica(of id: StoreID) throws -> Store? {
    let store = global.store == nil ? try? global.openStore(readOnly: true) : try global.openStore(readOnly: true)
    return store.flatMap { $0.id == id ? $0 : nil }
  }
}
