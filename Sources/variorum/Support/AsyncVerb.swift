import ArgumentParser

/// A verb that waits for something: a remote, or news from one.
protocol AsyncVerb: AsyncParsableCommand {
  /// The options that every verb has.
  var global: GlobalOptions { get }

  /// Does it. Whatever it throws becomes a message and an exit code.
  func run(_ console: Console) async throws
}

extension AsyncVerb {
  mutating func run() async throws {
    let console = Console(isJSON: global.json)
    do {
      try await run(console)
      try console.finish()
    } catch let error as ValidationError { throw error } catch let error as CleanExit { throw error } catch {
      let report = ErrorReport(error, in: try? global.openStore(readOnly: true))
      console.fail(report)
      throw ExitCode(report.code)
    }
  }
}
