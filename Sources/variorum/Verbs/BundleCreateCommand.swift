import AnnotationStore
import ArgumentParser
import Foundation
import SyncTransports

/// `variorum bundle create`.
struct BundleCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Write changes of this store to a file.",
    discussion: """
      All of them, or with --for what the maker of another bundle lacked when it was made, or with --since what a \
      replica has not seen, as far as its own changes tell that are here. Whoever takes a thinned bundle in must have \
      the rest; else its changes wait there until that comes. A file that is there already is not overwritten. With - for \
      FILE the bundle goes to stdout, and what is told of it to stderr.

      EXAMPLE
        variorum bundle create lcn2.bundle
        variorum bundle create for-ben.bundle --for from-ben.bundle
        variorum bundle create for-ben.bundle --since b1c01aff
        variorum bundle create - | ssh lab variorum bundle apply - --store lcn2
      """)

  @Argument(help: "The file to write, or - for stdout.", completion: .file())
  var file: String
  @Option(
    help: ArgumentHelp(
      "Leave out what this replica has seen: the first digits of its key, 6 at least, as log shows them.",
      valueName: "replica"))
  var since: String?
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Leave out what the maker of this bundle had.", valueName: "bundle"), completion: .file())
  var recipient: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    guard !file.isEmpty else { throw CLIError.usage("the file's name is empty (variorum bundle create FILE)") }
    if since != nil, recipient != nil { throw CLIError.usage("--since and --for exclude each other (give one)") }
    if file == "-" { return try writeToOutput(console) }
    let path = URL(fileURLWithPath: file).standardizedFileURL.path
    if FileManager.default.fileExists(atPath: path) {
      throw CLIError.failed("\(path) is there already (give another name, or move it away)")
    }
    let store = try global.openStore(readOnly: true)
    let selection = try selection(store)
    let bar = console.progress(total: 1, what: "written")
    defer { bar.finish() }
    let made = try BundleFile.create(path, of: store, selection) { bar.update($0, of: $1) }
    bar.finish()
    if console.isJSON {
      return console.json(
        .map([
          .init("schema", .int(1)), .init("path", .text(path)), .init("packs", .int(Int64(made.packs))),
          .init("changes", .int(Int64(made.changes))), .init("bytes", .int(Int64(made.bytes))),
        ]))
    }
    console.data("\(DirectoryPath.shown(path))  \(Self.told(made.changes, made.bytes))")
    console.hint("variorum bundle apply FILE takes it in, in another replica of this store")
  }

  private static func told(_ changes: Int, _ bytes: Int) -> String {
    let what = changes == 0 ? "no change, only what this store has" : ReceiptTelling.counted(changes, "change")
    return "\(what), \(DoctorCommand.bytes(Int64(bytes)))"
  }

  private func writeToOutput(_ console: Console) throws {
    if console.isTerminal {
      throw CLIError.usage("a bundle is no text for a terminal (give a file's name, or redirect the output)")
    }
    if console.isJSON {
      throw CLIError.usage("--json and the bundle would both go to stdout (give a file's name, or leave --json out)")
    }
    let store = try global.openStore(readOnly: true)
    let made = try BundleFile.write(of: store, try selection(store)) { bytes in
      do { try FileHandle.standardOutput.write(contentsOf: Data(bytes)) } catch {
        throw CLIError.failed(
          "the output could not be written: \(error.localizedDescription) (check the disk, or the program that reads it)"
        )
      }
    }
    console.message(Self.told(made.changes, made.bytes))
  }

  private func selection(_ store: Store) throws -> BundleFile.Selection {
    if let since { return .since(try BundleFile.replica(named: since, in: store)) }
    guard let recipient else { return .everything }
    let head = try BundleReader(recipient).head
    guard head.state.store == store.id else { throw StoreError.otherStore(head.state.store, is: store.id) }
    return .lacking(head)
  }
}
