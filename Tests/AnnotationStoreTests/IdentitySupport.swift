import Foundation

@testable import AnnotationStore

/// A directory of its own for one test, removed with it.
final class IdentityScratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/variorum-identity-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var keyring: ReplicaKeyring { ReplicaKeyring(directory: StateDirectory(path: path + "/state/variorum")) }

  func file(_ name: String, _ text: String = "x") throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// The secret half of a new key.
func randomSeed() -> [UInt8] { (0..<32).map { _ in UInt8.random(in: .min ... .max) } }

let sampleStoreID = [UInt8](0..<16)
let sampleIdentity = FileIdentity(inode: .max, birthSeconds: -1, birthNanoseconds: 999_999_999)

func filePermissions(_ path: String) throws -> Int? {
  try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}

extension ReplicaKeyring {
  func mintOne() throws -> ReplicaKey {
    try mint(storeID: sampleStoreID, identity: sampleIdentity, nowMilliseconds: 1_760_000_000_000, seed: randomSeed())
  }

  func path(_ key: ReplicaKey, _ name: String) -> String {
    directory.replicasPath + "/" + hexadecimal(key.publicKey) + "/" + name
  }

  /// What `find` says about `key`, in one word and what goes with it.
  func says(
    _ key: ReplicaKey, _ file: FileIdentity = sampleIdentity, _ store: [UInt8] = sampleStoreID
  ) throws -> String {
    switch try find(publicKey: key.publicKey, identity: file, storeID: store) {
    case .usable(let found, let mark): found.publicKey == key.publicKey ? "usable \(mark)" : "another key"
    case .absent: "absent"
    case .otherFile: "other file"
    case .retired: "retired"
    case .damaged(let text): "damaged: \(text)"
    }
  }
}
