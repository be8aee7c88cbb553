// A program that embeds Variorum: a journal club that keeps its claims in a store of its own.
//
//   swift run EmbeddedApp [DIRECTORY]
//
// Without a directory it works in a temporary one, which it removes.

import AnnotationStore
import Foundation

do {
  let given = CommandLine.arguments.dropFirst().first
  let directory = given ?? FileManager.default.temporaryDirectory.path + "/journal-club-" + UUID().uuidString
  defer { if given == nil { try? FileManager.default.removeItem(atPath: directory) } }
  try await meet(in: JournalClub(directory: directory))
} catch {
  // Every error of the library says what failed and what to do about it.
  FileHandle.standardError.write(Data("EmbeddedApp: \(error)\n".utf8))
  exit(1)
}

func meet(in club: JournalClub) async throws {
  let claims = try club.addPaper()
  print("The paper and its claims")
  try club.printClaims()

  // What is observed is what is committed from here on, by this process or any other.
  let commits = club.store.commits()
  print("\nSeen while the club wrote")
  try await withThrowingTaskGroup { group in
    group.addTask { try club.discuss(claims) }
    group.addTask { try await club.printDiscussion(from: commits) }
    // Where one of the two fails this throws, and the other is cancelled: nobody waits for what never comes.
    for try await _ in group {}
  }

  print("\nAfter the discussion")
  try club.printClaims()
  print("\nThe history of the first claim")
  try club.printHistory(of: claims[0])
}
