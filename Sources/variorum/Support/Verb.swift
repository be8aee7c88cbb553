import ArgumentParser

/// A verb: one thing that the command line does.
protocol Verb: ParsableCommand {
  /// The options that every verb has.
  var global: GlobalOptions { get }

  /// Does it. Whatever it throws becomes a message and an exit code.
  func run(_ console: Console) throws
}

extension Verb {
  func run() throws {
    let console = Console(isJSON: global.json)
    do {
      try run(console)
      try console.finish()
    } catch let error as ValidationError { throw error } catch let error as CleanExit { throw error } catch {
      let report = ErrorReport(error, in: try? global.openStore(readOnly: true))
      console.fail(report)
      throw ExitCode(report.code)
    }
  }
}
