import AnnotationStore
import ArgumentParser
import Foundation

/// `variorum backup`.
struct BackupCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a consistent copy of the store, while others may go on writing.",
    discussion: """
      The copy is one compact SQLite file, and a store of its own: to restore it, put it in the place of the store, \
      which then gets a new replica key with its first write. A file that is there already is not overwritten.

      EXAMPLE
        variorum backup lcn2-2026-11-23.sqlite
      """)

  @Argument(help: "The file to write.", completion: .file())
  var file: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    guard !file.isEmpty else { throw CLIError.usage("the file's name is empty (variorum backup FILE)") }
    let path = URL(fileURLWithPath: file).standardizedFileURL.path
    if FileManager.default.fileExists(atPath: path) {
      throw CLIError.failed("\(path) is there already (give another name, or move it away)")
    }
    let store = try global.openStore(readOnly: true)
    try store.backup(to: path)
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
    let bytes = size?.int64Value ?? 0
    if console.isJSON {
      return console.json(.map([.init("schema", .int(1)), .init("path", .text(path)), .init("bytes", .int(bytes))]))
    }
    console.data("\(path)  \(DoctorCommand.bytes(bytes))")
  }
}
