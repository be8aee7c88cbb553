/// A bundle that a verb reads: a file, or `-`, standard input.
enum BundleInput {
  /// Passes on where the bundle can be opened, and what messages call it.
  ///
  /// - Throws: ``CLIError`` where standard input is a terminal or cannot be read; what `body` throws.
  static func read<Value>(
    _ file: String, _ verb: String, _ console: Console, _ body: (_ path: String, _ name: String) throws -> Value
  ) throws -> Value {
    guard file == "-" else { return try body(file, file) }
    if console.isInputTerminal {
      throw CLIError.usage("a bundle is no text to type (variorum bundle \(verb) - < FILE)")
    }
    let input = try InputFile(file)
    return try withExtendedLifetime(input) { try body(input.descriptorPath, input.name) }
  }
}
