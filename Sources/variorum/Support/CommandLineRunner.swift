import AnnotationModel
import ArgumentParser
import Foundation

/// Parses the arguments, runs the verb, and turns whatever went wrong into a message and an exit code.
enum CommandLineRunner {
  /// Runs a command line.
  ///
  /// - Parameter arguments: without the name of the program.
  /// - Returns: the exit code.
  static func run(arguments: [String]) async -> Int32 {
    // A limit on the size of files is then an error like any other, which says that there is no room.
    signal(SIGXFSZ, SIG_IGN)
    let console = Console(isJSON: asksForJSON(arguments))
    do {
      try checkEncoding()
      let arguments = withGlobalOptionsLast(arguments)
      if let unknown = unknownVerb(arguments) { throw unknown }
      var command = try Variorum.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
      return 0
    } catch {
      return report(error, arguments, on: console)
    }
  }

  private static func report(_ error: any Error, _ arguments: [String], on console: Console) -> Int32 {
    if isOurs(error) {
      let report = ErrorReport(error)
      console.error(report)
      return report.code
    }
    let code = Variorum.exitCode(for: error)
    let dashed = dashedText(arguments)
    // The parser takes a text such as "-high" for -h among other letters.
    if code.isSuccess, let dashed, !asksForHelp(arguments) {
      console.error(ErrorReport(CLIError.usage("\(IdentifierError.quoted(dashed)) is no option\(dashRemedy)")))
      return 2
    }
    if code.isSuccess {
      // Help or the version was asked for.
      console.data(Variorum.fullMessage(for: error))
      try? console.finish()
      return 0
    }
    // The verb has said why.
    if error is ExitCode { return code.rawValue }
    guard code == .validationFailure else {
      let report = ErrorReport(error)
      console.error(report)
      return report.code
    }
    let usage = Variorum.fullMessage(for: error).split(separator: "\n").drop { !$0.hasPrefix("Usage:") }
    // The parser's own suggestion becomes the hint, as everywhere else.
    let text = Variorum.message(for: error).split(separator: ". Did you mean ", maxSplits: 1).map(String.init)
    let remedy = text.count == 2 ? " (did you mean \(text[1]))" : dashed == nil ? "" : dashRemedy
    console.error(ErrorReport(code: 2, kind: "usage", text: (text.first ?? "") + remedy))
    if !console.isJSON { for line in usage { console.message(String(line)) } }
    return 2
  }

  private static func isOurs(_ error: any Error) -> Bool {
    !(error is ExitCode || error is CleanExit || error is ValidationError)
      && Variorum.exitCode(for: error) != .validationFailure && !Variorum.exitCode(for: error).isSuccess
  }

  /// An argument that looks like a text and begins with the dash of options.
  private static func dashedText(_ arguments: [String]) -> String? {
    arguments.prefix { $0 != "--" }.first { $0.utf8.count > 2 && $0.hasPrefix("-") && !$0.hasPrefix("--") }
  }

  private static let dashRemedy = " (a text that begins with - stands behind --, or as in --body=TEXT)"

  private static func asksForHelp(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { ["-h", "--help", "-help", "--help-hidden", "--version"].contains($0) }
  }

  private static func asksForJSON(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains("--json")
  }

  /// Refuses arguments that are not UTF-8: what the process hands on has them repaired, which would be written.
  private static func checkEncoding() throws {
    for index in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
      if String(validating: bytes, as: UTF8.self) == nil {
        let shown = IdentifierError.quoted(String(decoding: bytes, as: UTF8.self))
        throw CLIError.invalid("argument \(index) is not UTF-8: \(shown) (set the terminal's encoding to UTF-8)")
      }
    }
  }

  // MARK: - Verbs

  private static func verbs(of command: any ParsableCommand.Type) -> [(name: String, type: any ParsableCommand.Type)] {
    command.configuration.subcommands.map { ($0._commandName, $0) }
  }

  /// Moves `--store PATH` and `--json` from before the verb to behind it, where the parser looks for them.
  private static func withGlobalOptionsLast(_ arguments: [String]) -> [String] {
    var leading: [String] = []
    var rest = arguments[...]
    while let first = rest.first, first == "--json" || first == "--store" || first.hasPrefix("--store=") {
      leading.append(rest.removeFirst())
      if first == "--store", !rest.isEmpty { leading.append(rest.removeFirst()) }
    }
    guard !leading.isEmpty else { return arguments }
    var path: [String] = []
    var command: any ParsableCommand.Type = Variorum.self
    while let word = rest.first, let next = verbs(of: command).first(where: { $0.name == word }) {
      path.append(rest.removeFirst())
      command = next.type
    }
    return path + (path.isEmpty ? Array(rest) + leading : leading + rest)
  }

  /// An error that names the nearest verb, where a word stands for a verb and is none.
  private static func unknownVerb(_ arguments: [String]) -> CLIError? {
    var command: any ParsableCommand.Type = Variorum.self
    var path = ["variorum"]
    for word in arguments {
      let known = verbs(of: command)
      if known.isEmpty { return nil }
      if let next = known.first(where: { $0.name == word }) {
        command = next.type
        path.append(word)
        continue
      }
      if word.hasPrefix("-") { return nil }
      if word == "help", path.count == 1 { continue }
      let names = known.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let remedy =
        nearest(to: word, among: names).map { "did you mean \((path + [$0]).joined(separator: " "))?" }
        ?? "\((path + ["--help"]).joined(separator: " ")) lists them: \(names.joined(separator: ", "))"
      let quoted = IdentifierError.quoted(word)
      let what = path.count == 1 ? "unknown verb \(quoted)" : "\(path.joined(separator: " ")) does not know \(quoted)"
      return .usage("\(what) (\(remedy))")
    }
    return nil
  }
}
