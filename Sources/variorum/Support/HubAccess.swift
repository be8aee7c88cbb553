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
    if let tokenFile {
      options.tokenFile = tokenFile
      // What was typed just now counts before what was set some time.
      options.environment["VARIORUM_TOKEN"] = nil
    }
    if let caFile { options.certificateFile = caFile }
    if console.isInputTerminal, console.isErrorTerminal, !console.isJSON {
      let prompt = TokenPrompt(credentials: options.credentialsPath)
      options.askForToken = { prompt.ask(for: $0) }
    }
    return options
  }
}
