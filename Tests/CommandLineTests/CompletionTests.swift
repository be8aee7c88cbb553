import Foundation
import Testing

@testable import variorum

/// What the README says how to install: completions, and what the plugin makes man pages of.
@Suite("Completions and man pages")
struct CompletionTests {
  private let harness: CommandLineHarness
  private let verbs = Variorum.configuration.subcommands.map { $0._commandName }

  init() throws { harness = try CommandLineHarness(curator: nil) }

  @Test("A script for each shell names every verb", arguments: ["bash", "zsh", "fish"])
  func scripts(_ shell: String) throws {
    let output = try harness.succeed(["--generate-completion-script", shell])
    let words = Set(output.stdout.split { !$0.isLetter && $0 != "-" }.map(String.init))
    #expect(!verbs.isEmpty && verbs.allSatisfy(words.contains) && output.stderr.isEmpty)
    guard shell == "bash", FileManager.default.isExecutableFile(atPath: "/bin/bash") else { return }
    try harness.file("variorum.bash", output.stdout.utf8)
    let read = try harness.run(["-n", "variorum.bash"], through: "/bin/bash")
    #expect(read.status == 0 && read.stderr.isEmpty, "\(read.stderr)")
  }

  @Test("What man pages are made of names every verb")
  func manual() throws {
    let output = try harness.succeed(["--experimental-dump-help"])
    let dump = try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any]
    let command = try #require(dump?["command"] as? [String: Any])
    let names = (command["subcommands"] as? [[String: Any]] ?? []).compactMap { $0["commandName"] as? String }
    #expect(Set(verbs).isSubset(of: names))
  }
}
