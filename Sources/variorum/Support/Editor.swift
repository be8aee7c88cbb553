import AnnotationModel
import Foundation

/// The text that a verb was given, or that is written for it now.
///
/// A line break at the very end is taken off, since editors and `echo` put one there.
///
/// - Parameters:
///   - body: the text itself; `-` for stdin.
///   - bodyFile: a file with the text; `-` for stdin.
///   - initial: what stands in the editor at first.
/// - Throws: ``CLIError`` where the text is empty, too long or not UTF-8, or cannot be read.
func readText(body: String?, bodyFile: String?, initial: String, console: Console) throws -> String {
  if body != nil, bodyFile != nil {
    throw CLIError.usage("the text is given twice (give it directly, by --body or by --body-file)")
  }
  let text: String
  if let body, body != "-" {
    text = body
  } else if let file = bodyFile ?? body {
    let isInput = file == "-"
    let bytes = isInput ? try readBytes(STDIN_FILENO, "stdin") : try readFile(file)
    text = withoutLastBreak(try decoded(bytes, isInput ? "stdin" : file))
  } else {
    let edited = try Editor.edit(initial, console: console)
    text = initial.hasSuffix("\n") ? edited : withoutLastBreak(edited)
    if text.allSatisfy(\.isWhitespace) {
      console.removeDraft()
      throw CLIError.failed("nothing written: the text was left empty")
    }
  }
  if text.allSatisfy(\.isWhitespace) {
    throw CLIError.invalid(
      "nothing written: the text is empty (give some, or neither --body nor --body-file for the editor)")
  }
  return text
}

private func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw CLIError.failed(
      "cannot read \(path): \(String(cString: strerror(errno))) (check the path and its permissions)")
  }
  defer { close(descriptor) }
  return try readBytes(descriptor, path)
}

/// Everything up to the end, and no more than prose may have: what comes from outside does not fill the memory.
private func readBytes(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw CLIError.failed("cannot read \(name): \(String(cString: strerror(errno))) (give a file of text)")
    }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
    if bytes.count > TextRules.proseByteLimit + 2 {
      throw CLIError.invalid("\(name) has more than \(TextRules.proseByteLimit) bytes (shorten the text, or split it)")
    }
  }
}

private func decoded(_ bytes: [UInt8], _ name: String) throws -> String {
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var good = 0
  scan: while true {
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): good += UTF8.width(scalar)
    default: break scan
    }
  }
  throw CLIError.invalid("\(name) is not UTF-8: byte \(good + 1) (save it as UTF-8)")
}

private func withoutLastBreak(_ text: String) -> String {
  // "\r\n" is one Character, so this takes off either.
  text.last?.isNewline == true && text.utf8.last == UInt8(ascii: "\n") ? String(text.dropLast()) : text
}

/// The user's editor.
enum Editor {
  /// Lets the user edit a text.
  ///
  /// The file stays until the console finishes, so that a text that the store refuses is not lost.
  static func edit(_ initial: String, console: Console) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let chosen = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
    guard chosen != nil || console.isInputTerminal && console.isErrorTerminal else {
      throw CLIError.usage(
        "no text is given, and there is no terminal to write it on (give --body TEXT, --body-file FILE or -)")
    }
    var template = Array((FileManager.default.temporaryDirectory.path + "/variorum-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CLIError.failed("cannot make a file for the editor: \(String(cString: strerror(errno))) (set TMPDIR)")
    }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = directory + "/text.md"
    guard
      FileManager.default.createFile(atPath: path, contents: Data(initial.utf8), attributes: [.posixPermissions: 0o600])
    else { throw CLIError.failed("cannot write \(path) (free some space, or set TMPDIR)") }
    let editor = chosen ?? "vi"
    console.draftPath = path
    let status = try run(editor, path)
    guard status == 0 else {
      // An editor that was killed may leave what was written; one that says no does not mean it.
      if status < 128 { console.removeDraft() }
      throw CLIError.failed(
        "nothing written: the editor \(IdentifierError.quoted(editor)) ended with status \(status) (set EDITOR)")
    }
    return try decoded(try readFile(path), "the edited text")
  }

  /// Runs the editor in the foreground: in this process's group, or it could not read from the terminal.
  private static func run(_ editor: String, _ path: String) throws -> Int32 {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    sigaddset(&defaults, SIGQUIT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    // The keys that interrupt are the editor's while it runs.
    let interrupt = signal(SIGINT, SIG_IGN)
    let quit = signal(SIGQUIT, SIG_IGN)
    defer {
      signal(SIGINT, interrupt)
      signal(SIGQUIT, quit)
    }
    let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var pid = pid_t()
    let code = withCStrings(["/bin/sh", "-c", editor + " \"$1\"", "variorum", path]) { arguments in
      withCStrings(variables) { posix_spawn(&pid, "/bin/sh", nil, &attributes, arguments, $0) }
    }
    guard code == 0 else {
      throw CLIError.failed(
        "cannot start \(IdentifierError.quoted(editor)): \(String(cString: strerror(code))) (set EDITOR)")
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
    let signalNumber = status & 0x7F
    return signalNumber == 0 ? status >> 8 & 0xFF : 128 + signalNumber
  }

  private static func withCStrings<Value>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
  ) -> Value {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
