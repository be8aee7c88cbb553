import AnnotationStore

/// An author as a bibliography writes one: the parts of a person's name, or a name that has none.
struct BibliographyName: Equatable {
  /// The lower-case words that a family name begins with, such as `van der`; empty where there are none.
  var particle = ""
  /// The family name without them; the whole name where `given` is empty.
  var family: String
  /// The given names; empty where the name is taken whole: a group, or a person whose parts nobody told apart.
  var given = ""
  /// What follows, such as `Jr.`.
  var suffix = ""

  /// Whether it has no parts.
  var isLiteral: Bool { given.isEmpty }
  /// The family name with its particle.
  var wholeFamily: String { particle.isEmpty ? family : particle + " " + family }

  /// Reads a name as a source keeps it: `Family, Given`, `Family, Given, Suffix`, or anything else, taken whole.
  init(_ name: String) {
    let parts = name.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let isStructured =
      (2...3).contains(parts.count)
      && parts.dropFirst().allSatisfy { $0.utf8.first == UInt8(ascii: " ") && !$0.trimmed().isEmpty }
      && !parts[0].isEmpty && parts[0].utf8.last != UInt8(ascii: " ")
    guard isStructured else {
      family = name
      return
    }
    var words = parts[0].split(separator: " ").map(String.init)
    let particles = words.dropLast().prefix { $0.first?.isLowercase == true }
    words.removeFirst(particles.count)
    particle = particles.joined(separator: " ")
    family = words.joined(separator: " ")
    given = parts[1].trimmed()
    suffix = parts.count > 2 ? parts[2].trimmed() : ""
  }
}
