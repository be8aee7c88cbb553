import Foundation

@testable import AnnotationStore

extension CommandLineHarness {
  /// Copies the store: the copy is another replica of it.
  func copyStore(to name: String) throws {
    try succeed(["backup", "\(directory)/\(name)"])
  }

  /// Takes into one store what another has and it lacks.
  func take(from other: String, into path: String = ".variorum/store.sqlite") throws {
    try succeed(["merge", other, "--store", path])
  }
}

extension ReadingWorld {
  /// Lets Ada and Ben write different things into the same places of two replicas, and brings them together.
  func disagree() throws {
    try harness.copyStore(to: "b.sqlite")
    // What is causally deeper is the reading shown, so Ada's are.
    try harness.succeed(["tag", self["target"], "druggable"])
    try harness.succeed(["edit", self["claim"], "--set", "status=accepted"])
    try harness.succeed(["edit", self["target"], "--set", "statement=LCN2 is a promising therapeutic target."])
    try harness.succeed(["delete", self["note"]])
    let copy = ["--store", "b.sqlite"]
    try harness.succeed(["init", "--curator", "Ben Ortiz"] + copy)
    try harness.succeed(["edit", self["claim"], "--set", "status=rejected"] + copy)
    try harness.succeed(["edit", self["target"], "--set", "statement=LCN2 is no therapeutic target."] + copy)
    try harness.succeed(["reply", self["note"], "--body", "All of them."] + copy)
    try harness.take(from: "b.sqlite")
  }
}

extension CommandLineHarness {
  /// Changes the file behind the store's back.
  func damage(_ sql: String) throws { try store().pool.write { try $0.execute(sql: sql) } }
}

/// A world in which Ada and Ben disagree.
enum DisagreeingWorld {
  /// One for all tests that only read.
  static let shared = Result {
    let world = try ReadingWorld()
    try world.disagree()
    return world
  }
}
