import Foundation

/// What reaching a hub takes beside its address: the token, whom to trust, and the way there. None of it is kept in a
/// store.
public struct HubOptions: Sendable {
  /// A file with certificates of authorities to trust, PEM; `nil` for those of the system.
  public var certificateFile: String?
  /// A file with the token, mode 0600; `nil` to look in the environment and in the user's file of credentials.
  public var tokenFile: String?
  /// Asks for a token where none is found; gets the hub's address.
  public var askForToken: (@Sendable (String) -> String?)?
  /// How long a connection may take.
  public var connectTimeout: Duration = .seconds(10)
  /// How long the hub may say nothing while it answers.
  public var answerTimeout: Duration = .seconds(120)
  /// How often what failed in passing is tried, the first time included.
  public var tries = 4
  /// The way to the hub; `nil` for the network. Where there is one, certificates, proxies and the two times above are
  /// its own affair.
  public var wire: (any HubWire)?
  /// The environment, for tokens and proxies.
  public var environment: [String: String]
  /// Waits between tries.
  public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// The options that an environment gives.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
    certificateFile = environment["VARIORUM_CA_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    tokenFile = environment["VARIORUM_TOKEN_FILE"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The user's file of credentials: lines of a hub's address and a token, mode 0600; `nil` where the environment names
  /// no home.
  public var credentialsPath: String? { HubCredentials.defaultPath(environment) }

  /// The wait before another try: twice as long each time, up to a fifth longer or shorter, so that clients that failed
  /// together do not come back together.
  func pause(afterTries tries: Int, asked seconds: Int?) -> Duration {
    if let seconds { return .seconds(seconds) + .milliseconds(Int.random(in: 0...500)) }
    return .milliseconds(250) * (1 << min(tries, 6)) * Double.random(in: 0.8...1.2)
  }
}
