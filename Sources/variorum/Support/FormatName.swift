import AnnotationStore
import Interchange

/// Formats by the names that people type.
enum FormatName {
  /// The format of a name.
  ///
  /// - Throws: ``CLIError/usage(_:)`` that lists the names and the one that may be meant.
  static func format(named text: String, among names: [String]) throws -> Format {
    if names.contains(text), let format = Format(rawValue: text) { return format }
    let meant = nearest(to: text, among: names).map { "did you mean \($0)? " } ?? ""
    throw CLIError.usage(
      "unknown format \(IdentifierError.quoted(text)) (\(meant)known: \(names.joined(separator: ", ")))")
  }
}
