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

  /// Tells a curator who was made just now of others of the same name, and how to become one of them instead.
  static func tellNamesakes(of curator: RecordID, in store: Store, at place: String? = nil, _ console: Console) throws {
    try store.read { reader in
      for other in try reader.namesakes(of: reader.existing(curator)) {
        let orcid = other.text("orcid")
        let shortID = try reader.shortID(other.id, .curator)
        console.message(
          "note: another curator of this name is here, \(shortID)\(orcid.map { " with the ORCID \($0)" } ?? " without an ORCID"); "
            + "if that is you, become that one")
        guard try orcid.map({ DerivedID.curator(try ORCID(parsing: $0)) == other.id }) ?? true else { continue }
        let words = ["init", "--curator", other.text("name") ?? ""] + (orcid.map { ["--orcid", $0] } ?? [])
        let command = words.map(ShellWord.quoted).joined(separator: " ")
        console.hint("\(place.map { "cd \(ShellWord.quoted($0)) && " } ?? "")variorum \(command)")
      }
    }
  }

  /// The name, where it can be one.
  static func checkedName(_ name: String) throws -> String {
    do { try TextRules.checkLabel(name, field: "the curator's name") } catch {
      throw ModelError.identifier(field: "curator", error)
    }
    return name
  }
}
