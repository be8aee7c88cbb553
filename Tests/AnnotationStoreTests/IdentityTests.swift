import Foundation
import Testing

@testable import AnnotationStore

@Suite struct FileIdentityTests {
  @Test func aFileKeepsItsIdentityAndACopyHasAnother() throws {
    let scratch = try IdentityScratch()
    let path = try scratch.file("store.sqlite")
    let before = try FileIdentity(path: path)
    let writer = try #require(FileHandle(forWritingAtPath: path))
    try writer.seekToEnd()
    try writer.write(contentsOf: Data("more".utf8))
    try writer.close()
    #expect(try FileIdentity(path: path) == before)
    let renamed = scratch.path + "/renamed.sqlite"
    #expect(rename(path, renamed) == 0)
    #expect(try FileIdentity(path: renamed) == before)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: renamed)
    #expect(try FileIdentity(path: path) == before)
    let copy = scratch.path + "/copy.sqlite"
    try FileManager.default.copyItem(atPath: renamed, toPath: copy)
    #expect(try FileIdentity(path: copy) != before)
  }

  @Test func aMissingFileIsNamed() throws {
    let scratch = try IdentityScratch()
    let path = scratch.path + "/none"
    let error = #expect(throws: IdentityError.noFileIdentity(path: path, code: ENOENT)) { try FileIdentity(path: path) }
    #expect(error?.description.hasPrefix("cannot tell which file \(path) is: No such file") == true)
    #expect(throws: IdentityError.noFileIdentity(path: path, code: ENOENT)) {
      try FileIdentity.isOnNetwork(path: path)
    }
    // Which of the two depends on the machine; that there is an answer does not.
    _ = try FileIdentity.isOnNetwork(path: scratch.path)
  }

  @Test func roundTripsAsJSON() throws {
    let data = try JSONEncoder().encode(sampleIdentity)
    #expect(try JSONDecoder().decode(FileIdentity.self, from: data) == sampleIdentity)
  }
}

@Suite struct DurableFileTests {
  @Test func writesReplacesAndLeavesNothingElse() throws {
    let scratch = try IdentityScratch()
    let path = scratch.path + "/f"
    // Wider than the usual umask lets a new file be.
    try DurableFile.write(Array("one".utf8), to: path, mode: 0o666)
    #expect(try filePermissions(path) == 0o666)
    let long = [UInt8](repeating: 7, count: 3_000_000)
    try DurableFile.write(long, to: path, mode: 0o600)
    #expect(try filePermissions(path) == 0o600)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == long)
    try DurableFile.write([], to: scratch.path + "/empty", mode: 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["empty", "f"])
  }

  @Test func aFailureLeavesNoTemporaryFile() throws {
    let scratch = try IdentityScratch()
    let path = scratch.path + "/directory"
    try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
    #expect(throws: IdentityError.self) { try DurableFile.write([1], to: path, mode: 0o600) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["directory"])
    #expect(throws: IdentityError.self) { try DurableFile.write([1], to: scratch.path + "/no/f", mode: 0o600) }
  }

  @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b/", "a"), ("/a//", "/"), ("", ".")])
  func parents(_ path: String, _ parent: String) {
    #expect(DurableFile.parent(of: path) == parent)
  }
}

@Suite struct StateDirectoryTests {
  @Test func followsTheEnvironment() throws {
    #expect(try StateDirectory(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]).path == "/s/variorum")
    #if canImport(Darwin)
      let home = "/h/Library/Application Support/Variorum"
    #else
      let home = "/h/.local/state/variorum"
    #endif
    for ignored in [nil, "", "relative"] as [String?] {
      var environment = ["HOME": "/h"]
      environment["XDG_STATE_HOME"] = ignored
      #expect(try StateDirectory(environment: environment).path == home)
    }
    #expect(throws: IdentityError.noStateDirectory) { try StateDirectory(environment: [:]) }
    #expect(throws: IdentityError.noStateDirectory) { try StateDirectory(environment: ["HOME": "h"]) }
  }

  @Test func isMadeForItsOwnerAloneAndOnlyWhenNeeded() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let stranger = [UInt8](repeating: 1, count: 32)
    let outcome = try keyring.find(publicKey: stranger, identity: sampleIdentity, storeID: sampleStoreID)
    guard case .absent = outcome else { throw IdentityError.unknownKey(path: "\(outcome)") }
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/state"))
    _ = try keyring.mintOne()
    for path in ["/state", "/state/variorum", "/state/variorum/replicas"] {
      #expect(try filePermissions(scratch.path + path) == 0o700)
    }
  }

  @Test func aFileInItsPlaceIsNamed() throws {
    let scratch = try IdentityScratch()
    let file = try scratch.file("state")
    let error = #expect(throws: IdentityError.notADirectory(path: file)) { try scratch.keyring.mintOne() }
    #expect(error?.description.contains("XDG_STATE_HOME") == true)
  }
}
