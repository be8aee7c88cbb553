import AnnotationStore
import ArgumentParser
import Foundation

/// `variorum export`.
struct ExportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the log as a CBOR sequence that any CBOR library reads.",
    discussion: """
      The log holds every change with its seal; Schema/change.cddl says how, and Schema/verify.py checks the file \
      without Variorum. It goes to stdout, which must not be a terminal, or with -o to a file that is not there yet.

      EXAMPLE
        variorum export --format log -o lcn2.cborseq
        variorum export --format log | sha256sum
      """)

  /// What can be written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case log
  }

  @Option(help: ArgumentHelp("What to write: log.", valueName: "format"))
  var format: Format
  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    guard let output else {
      guard !console.isTerminal else {
        throw CLIError.usage("the log is not text for a terminal (give -o FILE, or redirect the output)")
      }
      let store = try global.openStore(readOnly: true)
      let sink = Sink(.standardOutput, "the output")
      let count = try store.exportLog(sink.write)
      try sink.finish()
      return console.message("\(count) change\(count == 1 ? "" : "s") written")
    }
    guard !output.isEmpty else { throw CLIError.usage("the file's name is empty (give -o FILE)") }
    let path = URL(fileURLWithPath: output).standardizedFileURL.path
    if FileManager.default.fileExists(atPath: path) {
      throw CLIError.failed("\(path) is there already (give another name, or move it away)")
    }
    let store = try global.openStore(readOnly: true)
    let count = try store.exportLog(to: path)
    if console.isJSON {
      return console.json(
        .map([.init("schema", .int(1)), .init("path", .text(path)), .init("changes", .int(Int64(count)))]))
    }
    console.data("\(path)  \(count) change\(count == 1 ? "" : "s")")
  }
}

/// Gathers bytes and writes them in large pieces.
private final class Sink {
  private let file: FileHandle
  private let name: String
  private var buffer = Data()

  init(_ file: FileHandle, _ name: String) {
    self.file = file
    self.name = name
  }

  func write(_ bytes: [UInt8]) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count > 1 << 18 { try finish() }
  }

  func finish() throws {
    do { try file.write(contentsOf: buffer) } catch {
      throw CLIError.failed(
        "\(name) could not be written: \(error.localizedDescription) (check the disk, or the program that reads it)")
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
