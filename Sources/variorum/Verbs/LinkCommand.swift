import AnnotationStore
import ArgumentParser

/// `variorum link`.
struct LinkCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Say how one record relates to another.",
    discussion: """
      The types: \(Vocabulary.linkType.joined(separator: ", ")). What \(Vocabulary.sameAs) \
      joins is of one kind.

      EXAMPLE
        variorum link c:3f9a1c refines c:b04e77
        variorum link s:77aa01 same-as s:19bc3e
      """)

  @Argument(help: "The record that the link goes from.")
  var from: String
  @Argument(help: "How it relates to the other one.", completion: .list(Vocabulary.linkType))
  var type: String
  @Argument(help: "The record that the link goes to.")
  var to: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    guard Vocabulary.linkType.contains(type) else {
      throw ModelError.notInList(field: "type", value: type, words: Vocabulary.linkType)
    }
    let store = try global.openStore()
    let from = try store.writable(from)
    let to = try store.writable(to)
    if from.id == to.id {
      throw CLIError.invalid("\(try store.shortID(from.id, from.kind)) is not linked to itself (name two records)")
    }
    let commit = try store.commit { tx in
      let added = try tx.addLink(type, from: from.id, to: to.id)
      try tx.refuseDeleted(added)
      return added
    }
    let ends = try store.read { (try $0.shortID(from.id, from.kind), try $0.shortID(to.id, to.kind)) }
    let what = commit.value.isNew ? "linked" : "unchanged, linked already"
    try console.written(commit, to: commit.value.id, .link, in: store, "\(what): \(ends.0) \(type) \(ends.1)") { _ in
      "variorum show \(ends.0)"
    }
  }
}
