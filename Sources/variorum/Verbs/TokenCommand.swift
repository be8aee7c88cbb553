import AnnotationStore
import ArgumentParser
import Foundation
import Hub

/// `variorum token`: who may use a hub.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Say who may use a hub: make, list and revoke tokens, on the hub's machine.",
    discussion: """
      A running hub heeds it at once. A token is shown once, when it is made; the hub keeps a hash.

      EXAMPLE
        variorum token create --data /srv/variorum --role writer "Ada's laptop"
        variorum token list --data /srv/variorum
        variorum token revoke --data /srv/variorum 3f9a1c22
      """,
    subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// The data directory of a hub, for verbs that work in it.
struct HubData: ParsableArguments {
  @Option(help: ArgumentHelp("The directory of the hub's data.", valueName: "directory"), completion: .directory)
  var data: String

  /// The hub's tokens.
  var tokens: TokenFile { TokenFile(dataDirectory: URL(fileURLWithPath: data).standardizedFileURL.path) }
}

extension Role: ExpressibleByArgument {}

extension Token {
  /// The token for scripts; never its secret.
  var entries: [CBORValue.Entry] {
    [
      .init("schema", .int(1)), .init("id", .text(id)), .init("name", .text(name)), .init("role", .text(role.rawValue)),
      .init("stores", stores.map { .array($0.map(CBORValue.text)) } ?? .null),
      .init("created_ms", .int(createdMilliseconds)),
      .init("revoked_ms", revokedMilliseconds.map(CBORValue.int) ?? .null),
    ]
  }

  /// The stores it is for, for people.
  var scope: String { stores.map { $0.joined(separator: ", ") } ?? "all stores" }
}
