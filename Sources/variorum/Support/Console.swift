import AnnotationModel
import Foundation

/// Where a verb puts what it has to say: data on stdout, everything else on stderr.
///
/// What goes to a terminal is harmless whatever a record holds: control characters and bidirectional overrides are
/// shown escaped, and only ``style(_:_:)`` colours. What goes to a file or a pipe is left as it is.
final class Console {
  /// Whether JSON is wanted.
  let isJSON: Bool
  /// Whether stdout is a terminal.
  let isTerminal: Bool
  /// Whether stderr is a terminal.
  let isErrorTerminal: Bool
  /// Whether stdin is a terminal, so that somebody can be asked.
  let isInputTerminal: Bool
  /// Whether stdout is coloured: on a terminal that can, and never under NO_COLOR.
  let usesColour: Bool
  /// The columns of the terminal as it is now; 80 where nothing says.
  var width: Int { Self.width(columns) }
  /// The file with what was written in the editor, kept until it is safely in the store.
  var draftPath: String?

  private let usesErrorColour: Bool
  private let columns: String?
  private var buffer: [UInt8] = []
  private var failure: Int32?

  /// Makes the console of this process.
  init(isJSON: Bool) {
    self.isJSON = isJSON
    isTerminal = isatty(STDOUT_FILENO) == 1
    isErrorTerminal = isatty(STDERR_FILENO) == 1
    isInputTerminal = isatty(STDIN_FILENO) == 1
    let environment = ProcessInfo.processInfo.environment
    let mayColour = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] ?? "dumb" != "dumb"
    usesColour = isTerminal && mayColour
    usesErrorColour = isErrorTerminal && mayColour
    columns = environment["COLUMNS"]
  }

  private static func width(_ variable: String?) -> Int {
    if let variable, let columns = Int(variable), (20...1000).contains(columns) { return columns }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      var size = winsize()
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return max(20, Int(size.ws_col)) }
    }
    return 80
  }

  // MARK: - stdout

  /// Puts out a line of data, which may have line breaks.
  func data(_ line: String) {
    buffer += TerminalText.finished(line, isTerminal: isTerminal, usesColour: usesColour).utf8
    buffer.append(UInt8(ascii: "\n"))
    if isTerminal || buffer.count > 1 << 16 { flush() }
  }

  /// Puts out one JSON object on a line.
  func json(_ value: CBORValue) {
    let text = JSONText.write(value)
    buffer += (isTerminal ? TerminalText.harmlessJSON(text) : text).utf8
    buffer.append(UInt8(ascii: "\n"))
    if isTerminal || buffer.count > 1 << 16 { flush() }
  }

  /// Puts out a table: one that fits the terminal, or tab-separated lines without a heading.
  func table(_ table: TextTable) {
    for line in table.render(width: isTerminal ? width : nil, console: self) { data(line) }
  }

  /// Tells what a writer wrote: a line that begins with the short id, or the JSON that scripts rely on.
  ///
  /// - Parameters:
  ///   - change: `nil` where nothing had to be written.
  ///   - text: what was done, to stand after the short id.
  func written(id: RecordID, kind: Kind, change: ChangeID?, text: String, shortID: String) {
    if isJSON {
      json(
        .map([
          .init("schema", .int(1)), .init("id", .bytes(id.bytes)), .init("kind", .text(kind.rawValue)),
          .init("change", change.map { .bytes($0.bytes) } ?? .null),
        ]))
    } else {
      data("\(style(shortID, .bold))  \(text)")
    }
  }

  // MARK: - stderr

  /// Puts a message on stderr; under JSON too, so keep it for what people must know.
  func message(_ line: String) {
    flush()
    write(TerminalText.finished(line, isTerminal: isErrorTerminal, usesColour: usesErrorColour) + "\n", STDERR_FILENO)
  }

  /// Says what to type next; not under JSON.
  func hint(_ line: String) {
    if !isJSON { message(usesErrorColour ? TerminalText.marked("next: " + line, [.dim]) : "next: " + line) }
  }

  /// Tells what the store has to say to its user, where it has.
  func notice(_ notice: String?) {
    guard let notice else { return }
    message(usesErrorColour ? TerminalText.marked("note: ", [.yellow]) + notice : "note: " + notice)
  }

  /// Tells what failed, why, and what to do.
  func error(_ report: ErrorReport) {
    if isJSON { return message(TerminalText.harmlessJSON(JSONText.write(report.value))) }
    message((usesErrorColour ? TerminalText.marked("error: ", [.bold, .red]) : "error: ") + report.message)
    if let hint = report.hint {
      message((usesErrorColour ? TerminalText.marked("hint: ", [.bold]) : "hint: ") + hint)
    }
  }

  /// A progress bar for long work; it is drawn on a terminal only.
  func progress(total: Int, what: String) -> Progress {
    Progress(total: total, what: what, isShown: isErrorTerminal && !isJSON, width: width) { [self] in
      write($0, STDERR_FILENO)
    }
  }

  /// Asks the user on the terminal, again where the answer is not UTF-8; `nil` where there is no more input.
  func ask(_ question: String) -> String? {
    flush()
    write(
      usesErrorColour
        ? TerminalText.finished(TerminalText.marked(question, [.bold]), isTerminal: true, usesColour: true) : question,
      STDERR_FILENO)
    guard let answer = Self.readLine() else { return nil }
    if let text = String(validating: answer, as: UTF8.self) { return text }
    message("that was not UTF-8 (set the terminal's encoding to UTF-8, and write it again)")
    return ask(question)
  }

  /// The bytes of a line of stdin without its end, none beyond what prose may have; byte by byte, so that an editor that
  /// is started next finds the rest. What `readLine` of the library gives is repaired already.
  private static func readLine() -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return line.isEmpty ? nil : line }
      if byte == UInt8(ascii: "\n") { return line }
      if line.count < TextRules.proseByteLimit { line.append(byte) }
    }
  }

  /// A text in these styles where stdout is coloured, and plain where it is not.
  func style(_ text: String, _ styles: Style...) -> String {
    usesColour && !text.isEmpty ? TerminalText.marked(text, styles) : text
  }

  // MARK: - The end

  /// Puts out what is left after success.
  ///
  /// - Throws: ``CLIError/failed(_:)`` where stdout could not be written.
  func finish() throws {
    flush()
    removeDraft()
    if let failure {
      throw CLIError.failed(
        "the output could not be written: \(String(cString: strerror(failure))) (what was asked is done)")
    }
  }

  /// Tells why the verb failed, and where a text is that was written in the editor.
  func fail(_ report: ErrorReport) {
    flush()
    error(report)
    keepDraft()
  }

  /// Tells where a text is that was written in the editor and is not in the store, and leaves it there.
  func keepDraft() {
    guard let path = draftPath else { return }
    draftPath = nil
    if FileManager.default.fileExists(atPath: path) { message("your text is kept in \(path)") }
  }

  /// Takes away the file of the editor.
  func removeDraft() {
    guard let path = draftPath else { return }
    try? FileManager.default.removeItem(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    draftPath = nil
  }

  /// Puts out what is left so far, for verbs that stay.
  func flush() {
    guard !buffer.isEmpty else { return }
    if failure == nil { failure = Self.write(buffer, STDOUT_FILENO) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ text: String, _ descriptor: Int32) { _ = Self.write(Array(text.utf8), descriptor) }

  /// Writes all bytes; returns the error number where that failed.
  private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { raw in
      var done = 0
      while done < raw.count {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done)
        #else
          let count = Glibc.write(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        done += count
      }
      return nil
    }
  }
}
