import Foundation
import Testing

@Suite("Hub and clients as processes", .serialized, .timeLimit(.minutes(25)))
struct ScriptTests {
  @Test("Killed at random moments, nothing acknowledged is lost and all end equal")
  func kill() throws { try run("python3", "kill.py", "12", "--wipe", "--variorum", binary()) }

  @Test("Where there is no room, at the hub or here, it is told, nothing is lost, and the rest goes on")
  func disk() throws { try run("python3", "disk.py", "--variorum", binary()) }

  @Test("Few file descriptors bound what is open at one time, and nothing else", .enabled(if: Self.isLinux))
  func descriptors() throws { try run("python3", "descriptors.py", "--variorum", binary()) }

  /// Elsewhere a process is not told how much another uses.
  private static var isLinux: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }

  @Test("A token that is typed is not shown, and Ctrl-C leaves the terminal as it was")
  func prompt() throws { try run("python3", "prompt.py", "--variorum", binary()) }

  @Test("curl gets everything that a hub has")
  func curl() throws { try run("bash", "curl.sh", binary()) }

  private func run(_ interpreter: String, _ script: String, _ arguments: String...) throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [interpreter, tests.appendingPathComponent("Trials/\(script)").path] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }

  /// The program that was built with the tests.
  private func binary() throws -> String {
    var places = Bundle.allBundles.map(\.bundlePath) + CommandLine.arguments.filter { $0.contains(".xctest") }
    if let executable = Bundle.main.executablePath { places.append(executable) }
    let found = places.lazy.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent() }
      .flatMap { [$0, $0.deletingLastPathComponent(), $0.deletingLastPathComponent().deletingLastPathComponent()] }
      .map { $0.path + "/variorum" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "no variorum was built beside \(places)")
  }
}
