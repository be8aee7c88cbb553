import ArgumentParser
import Foundation
import SyncTransports

/// The options of verbs that may reach a hub. A token is never one of them: other users see a command line.
struct HubAccess: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the token, mode 0600. Else VARIORUM_TOKEN, else the file credentials of your configuration.",
      valueName: "path"), completion: .file())
  var tokenFile: String?
  @Option(
    help: ArgumentHelp(
      "Certificates to trust, PEM, in place of the system's. Else VARIORUM_CA_FILE.", valueName: "path"),
    completion: .file())
  var caFile: String?

  /// What reaching a hub takes; asks for a token on a terminal where none is found.
  func options(_ console: Console) -> HubOptions {
    var options = HubOptions()
    if let tokenFile { options.tokenFile = tokenFile }
    if let caFile { options.certificateFile = caFile }
    if console.isInputTerminal, console.isErrorTerminal, !console.isJSON {
      let prompt = TokenPrompt()
      options.askForToken = { prompt.ask(for: $0) }
    }
    return options
  }
}

/// Asks for a token once, without showing what is typed.
private final class TokenPrompt: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var known: [String: String] = [:]

  func ask(for address: String) -> String? {
    lock.withLock {
      if let token = known[address] { return token }
      guard let token = Self.read("token for \(address): ") else { return nil }
      known[address] = token
      return token
    }
  }

  private static func read(_ question: String) -> String? {
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    FileHandle.standardError.write(Data(question.utf8))
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
      FileHandle.standardError.write(Data("\n".utf8))
    }
    return readLine()
  }
}
