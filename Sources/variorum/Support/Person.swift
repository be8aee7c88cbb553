import AnnotationStore

/// Who is to write into a store, as the verbs that make one are told.
struct Person {
  /// The name that stands beside what they write.
  let name: String
  /// What makes them the same curator on every laptop.
  let orcid: ORCID?
  /// Where they work.
  let affiliation: String?

  /// Reads what was typed.
  ///
  /// - Throws: ``IdentifierError``, ``ModelError``.
  init(name: String, orcid: String?, affiliation: String? = nil) throws {
    self.name = try Self.checkedName(name)
    self.orcid = try orcid.map { try ORCID(parsing: $0) }
    if let affiliation { try TextRules.checkLabel(affiliation, field: "affiliation") }
    self.affiliation = affiliation
  }

  /// The name, where it can be one.
  static func checkedName(_ name: String) throws -> String {
    do { try TextRules.checkLabel(name, field: "the curator's name") } catch {
      throw ModelError.identifier(field: "curator", error)
    }
    return name
  }
}
