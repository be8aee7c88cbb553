import ArgumentParser
import Foundation
import Hub
import Logging

/// `variorum serve`.
struct ServeCommand: AsyncVerb {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Be a hub: a server through which the replicas of any number of stores meet.",
    discussion: """
      Everything that the hub keeps is in the data directory, and nothing in it is the only copy: an emptied hub is \
      filled again by the next sync of any replica. Who may read and write is told by tokens: variorum token create. \
      Without TLS it listens on this machine alone, unless --insecure is given because something before it does TLS. \
      The address is printed when it listens; SIGTERM and Ctrl-C let it finish what is in flight. Its log goes to stderr.

      EXAMPLE
        variorum token create --data /srv/variorum --role writer "Ada's laptop"
        variorum serve --listen 127.0.0.1:8417 --data /srv/variorum
        variorum serve --listen 0.0.0.0:8417 --data /srv/variorum --tls-cert hub.pem --tls-key hub.key
      """)

  @Option(help: ArgumentHelp("The address to listen on; port 0 takes a free one.", valueName: "host:port"))
  var listen = "127.0.0.1:8417"
  @Option(help: ArgumentHelp("The directory of the hub's data.", valueName: "directory"), completion: .directory)
  var data: String
  @Option(help: ArgumentHelp("The certificate chain, PEM.", valueName: "path"), completion: .file())
  var tlsCert: String?
  @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "path"), completion: .file())
  var tlsKey: String?
  @Flag(help: "Speak plain HTTP beyond this machine too.")
  var insecure = false
  @Option(help: ArgumentHelp("How much the log tells: debug, info, warning or error.", valueName: "level"))
  var logLevel: LogLevel = .info
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if (tlsCert == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-cert and --tls-key belong together (give both, or neither).")
    }
  }

  func run(_ console: Console) async throws {
    if global.store != nil { throw CLIError.usage("serve uses no store but those of its data (leave --store out)") }
    let address = try HubConfiguration.address(listen)
    var configuration = HubConfiguration(
      host: address.host, port: address.port, dataDirectory: URL(fileURLWithPath: data).standardizedFileURL.path)
    configuration.isInsecure = insecure
    if let tlsCert, let tlsKey { configuration.tls = (tlsCert, tlsKey) }
    var logger = Logger(label: "hub", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel.level
    let hub = try Hub(configuration, logger: logger)
    let scheme = tlsCert == nil ? "http" : "https"
    let shown = address.host.contains(":") ? "[\(address.host)]" : address.host
    let isJSON = console.isJSON
    try await hub.run { port in
      let url = "\(scheme)://\(shown):\(port)"
      // At once, and not when the process ends: somebody waits for it.
      let line = isJSON ? "{\"schema\":1,\"address\":\"\(url)\"}" : "listening on \(url)"
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
  }
}

/// How much a hub's log tells.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case debug, info, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
