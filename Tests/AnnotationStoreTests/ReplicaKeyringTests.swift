import Crypto
import Foundation
import Testing

@testable import AnnotationStore

@Suite struct ReplicaKeyringTests {
  @Test func mintsAndFinds() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    #expect(key.publicKey.count == 32)
    #expect(try keyring.says(key) == "usable 0")
    for name in ["key.json", "mark"] { #expect(try filePermissions(keyring.path(key, name)) == 0o600) }
    let names = try FileManager.default.contentsOfDirectory(atPath: keyring.path(key, ""))
    #expect(names.sorted() == ["key.json", "mark"])

    guard
      case .usable(let found, _) = try keyring.find(
        publicKey: key.publicKey, identity: sampleIdentity, storeID: sampleStoreID)
    else { throw IdentityError.unknownKey(path: "") }
    let signature = try found.sign([1, 2, 3])
    #expect(signature.count == 64)
    let verifier = try Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey)
    #expect(verifier.isValidSignature(signature, for: [UInt8]([1, 2, 3])))
    var dumped = ""
    dump(found, to: &dumped)
    #expect(!dumped.contains("privateKey"))
  }

  @Test func theFileIsAsDocumented() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let data = try Data(contentsOf: URL(fileURLWithPath: keyring.path(key, "key.json")))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "birthNanoseconds", "birthSeconds", "createdMilliseconds", "inode", "privateKey", "publicKey", "store",
        "version",
      ])
    #expect(object["store"] as? String == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    #expect(object["publicKey"] as? String == hexadecimal(key.publicKey))
    #expect(try String(contentsOfFile: keyring.path(key, "mark"), encoding: .utf8) == "00000000000000000000\n")
  }

  @Test func anotherFileOrStoreDoesNotGetTheKey() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let original = try scratch.file("store.sqlite")
    let bound = try FileIdentity(path: original)
    let key = try keyring.mint(storeID: sampleStoreID, identity: bound, nowMilliseconds: 0, seed: randomSeed())
    #expect(try keyring.says(key, bound) == "usable 0")
    let copy = scratch.path + "/copy.sqlite"
    try FileManager.default.copyItem(atPath: original, toPath: copy)
    #expect(try keyring.says(key, FileIdentity(path: copy)) == "other file")
    let inode = FileIdentity(
      inode: bound.inode &+ 1, birthSeconds: bound.birthSeconds, birthNanoseconds: bound.birthNanoseconds)
    #expect(try keyring.says(key, inode) == "other file")
    let birth = FileIdentity(inode: bound.inode, birthSeconds: bound.birthSeconds, birthNanoseconds: -5)
    #expect(try keyring.says(key, birth) == "other file")
    #expect(try keyring.says(key, bound, [UInt8](repeating: 9, count: 16)) == "other file")
    #expect(try keyring.says(key, bound) == "usable 0")
  }

  @Test(arguments: ["key.json", "mark"]) func widerPermissionsAreRefused(_ name: String) throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let path = keyring.path(key, name)
    for mode: mode_t in [0o640, 0o604, 0o660, 0o700, 0o4600] {
      #expect(chmod(path, mode) == 0)
      let told = try keyring.says(key)
      #expect(told.hasPrefix("damaged: \(path) has permissions 0\(String(mode, radix: 8))"), "\(told)")
      #expect(told.hasSuffix("type: chmod 600 '\(path)')"), "\(told)")
    }
    #expect(chmod(path, 0o400) == 0)
    if name == "key.json" { #expect(try keyring.says(key) == "usable 0") }
    #expect(chmod(path, 0o600) == 0)
    #expect(try keyring.says(key) == "usable 0")
  }

  @Test func aLinkOrADirectoryIsNoKey() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let path = keyring.path(key, "key.json")
    #expect(rename(path, path + ".moved") == 0)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".moved")
    #expect(throws: IdentityError.cannot(operation: "open", path: path, code: ELOOP)) { try keyring.says(key) }
    #expect(unlink(path) == 0 && mkdir(path, 0o700) == 0)
    #expect(try keyring.says(key).hasPrefix("damaged: \(path) is not a regular file"))
    #expect(rmdir(path) == 0)
    #expect(try keyring.says(key) == "absent")
  }

  @Test func retiredKeysStayRetired() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let open = try keyring.openMark(key.publicKey)
    try open.raise(to: 3)
    try keyring.retire(key.publicKey, reason: "its log went on elsewhere")
    try keyring.retire(key.publicKey, reason: "again")
    #expect(try keyring.says(key) == "retired")
    #expect(try String(contentsOfFile: keyring.path(key, "retired"), encoding: .utf8) == "its log went on elsewhere\n")
    #expect(try filePermissions(keyring.path(key, "retired")) == 0o600)
    #expect(try open.read() == MarkFile.retired)
    try open.raise(to: 4)
    #expect(try keyring.readMark(key.publicKey) == MarkFile.retired)
    let other = [UInt8](repeating: 2, count: 32)
    #expect(throws: IdentityError.self) { try keyring.retire(other, reason: "") }
  }

  @Test func discardRemovesOnlyWhatHasNotWritten() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let rolledBack = try keyring.mintOne()
    try keyring.discard(rolledBack.publicKey)
    try keyring.discard(rolledBack.publicKey)
    #expect(try keyring.says(rolledBack) == "absent")
    #expect(try FileManager.default.contentsOfDirectory(atPath: keyring.directory.replicasPath) == [])
    let written = try keyring.mintOne()
    try keyring.raiseMark(written.publicKey, to: 1)
    #expect(throws: IdentityError.self) { try keyring.discard(written.publicKey) }
    #expect(try keyring.says(written) == "usable 1")
  }

  @Test func lengthsAreChecked() throws {
    let keyring = try IdentityScratch().keyring
    #expect(throws: IdentityError.wrongLength(what: "public key", expected: 32, actual: 0)) {
      try keyring.find(publicKey: [], identity: sampleIdentity, storeID: sampleStoreID)
    }
    #expect(throws: IdentityError.wrongLength(what: "store id", expected: 16, actual: 1)) {
      try keyring.mint(storeID: [0], identity: sampleIdentity, nowMilliseconds: 0, seed: randomSeed())
    }
  }

  @Test func aStateDirectoryThatIsGoneIsNoticed() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    try FileManager.default.removeItem(atPath: keyring.directory.path)
    #expect(try keyring.says(key) == "absent")
    #expect(throws: IdentityError.self) { try keyring.openMark(key.publicKey) }
    _ = try keyring.mintOne()
  }

  @Test func twoKeyringsMintAtOnce() async throws {
    let scratch = try IdentityScratch()
    let keys = try await withThrowingTaskGroup(of: ReplicaKey.self) { group in
      for _ in 0..<8 { group.addTask { try scratch.keyring.mintOne() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(keys.map(\.publicKey)).count == 8)
    for key in keys { #expect(try scratch.keyring.says(key) == "usable 0") }
  }

  @Test func damagedKeyFilesAreToldAndNeverCrash() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let stranger = try keyring.mintOne()
    let path = keyring.path(key, "key.json")
    let good = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    let text = String(decoding: good, as: UTF8.self)
    let foreign = try Array(Data(contentsOf: URL(fileURLWithPath: keyring.path(stranger, "key.json"))))
    let cases: [([UInt8], String)] = [
      ([], "is not a replica's key"), (Array("null".utf8), "is not a replica's key"),
      (Array(text.replacing("\"version\" : 1", with: "\"version\" : 2").utf8), "is of format version 2"),
      (Array(text.replacing("\"inode\" : ", with: "\"inode\" : -").utf8), "lacks a field"),
      (Array(text.replacing("\"store\"", with: "\"shop\"").utf8), "lacks a field"),
      (Array(text.replacing("\"privateKey\" : \"", with: "\"privateKey\" : \"A").utf8), "has a privateKey"),
      (foreign, "holds the key of another replica"),
      (good + [UInt8](repeating: 0x20, count: 4096), "is longer than 4096 bytes"),
      ([UInt8](repeating: UInt8(ascii: "["), count: 4096), "is not a replica's key"),
    ]
    for (bytes, reason) in cases {
      try DurableFile.write(bytes, to: path, mode: 0o600)
      let told = try keyring.says(key)
      #expect(told.hasPrefix("damaged: \(path) \(reason)"), "\(told)")
    }
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        default:
          bytes.insert(
            UInt8.random(in: .min ... .max, using: &random), at: Int.random(in: 0...bytes.count, using: &random))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      do throws(IdentityError) {
        let read = try KeyFile(bytes: bytes, path: "key.json", publicKey: key.publicKey)
        #expect(read.key.publicKey == key.publicKey, "seed \(seed)")
      } catch {
        guard case .damaged = error else {
          Issue.record("seed \(seed): \(error)")
          return
        }
      }
    }
  }
}

@Suite struct MarkFileTests {
  @Test func isNeverLowered() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    try keyring.raiseMark(key.publicKey, to: 41)
    try keyring.raiseMark(key.publicKey, to: 7)
    #expect(try keyring.readMark(key.publicKey) == 41)
    #expect(try keyring.says(key) == "usable 41")
    try keyring.raiseMark(key.publicKey, to: .max)
    #expect(try keyring.readMark(key.publicKey) == .max)
  }

  @Test(arguments: [
    "", "0\n", "00000000000000000000", "000000000000000000000", "0000000000000000000x\n", "00000000000000000000\n\n",
    "18446744073709551616\n", "-0000000000000000001\n",
  ]) func whatIsNoMarkIsDamaged(_ text: String) throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let path = keyring.path(key, "mark")
    let open = try keyring.openMark(key.publicKey)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
    #expect(try keyring.says(key).hasPrefix("damaged: \(path) does not hold 20 digits"))
    #expect(throws: IdentityError.self) { try open.raise(to: 5) }
    #expect(throws: IdentityError.self) { try open.read() }
    try keyring.retire(key.publicKey, reason: "damaged")
    #expect(try keyring.says(key) == "retired")
  }

  @Test func aMissingMarkIsDamage() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    #expect(unlink(keyring.path(key, "mark")) == 0)
    #expect(try keyring.says(key).hasPrefix("damaged: \(keyring.path(key, "mark")) is missing"))
  }

  @Test func waitsForAnotherProcess() throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let publicKey = try keyring.mintOne().publicKey
    let mark = try keyring.openMark(publicKey)
    let path = keyring.directory.replicasPath + "/" + hexadecimal(publicKey) + "/mark"
    // An open file of its own has a lock of its own, as in another process.
    let other = open(path, O_RDWR | O_CLOEXEC)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    // A thread of its own, and not of the pool that other tests keep busy.
    let (started, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    Thread {
      started.signal()
      try? mark.raise(to: 2)
      ended.signal()
    }.start()
    started.wait()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "00000000000000000000\n")
    #expect(flock(other, LOCK_UN) == 0)
    ended.wait()
    #expect(try mark.read() == 2)
  }

  @Test func threadsThatShareAnOpenMarkDoNotLowerIt() async throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let mark = try keyring.openMark(keyring.mintOne().publicKey)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task: UInt64 in 0..<2 {
        group.addTask {
          for step: UInt64 in 1...10_000 {
            try mark.raise(to: step * 2 + task)
            guard try mark.read() >= step * 2 + task else {
              Issue.record("lowered at step \(step)")
              return
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try mark.read() == 20_001)
  }

  @Test func staysMonotoneUnderEightTasks() async throws {
    let scratch = try IdentityScratch()
    let keyring = scratch.keyring
    let key = try keyring.mintOne()
    let shared = try keyring.openMark(key.publicKey)
    let publicKey = key.publicKey
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          // Half of them share one open file, as threads do; half have their own, as processes do.
          let mark = task % 2 == 0 ? shared : try keyring.openMark(publicKey)
          var last: UInt64 = 0
          for step in 1...500 {
            let value = UInt64(step * 8 + task)
            try mark.raise(to: value)
            let seen = try mark.read()
            #expect(seen >= value && seen >= last)
            last = seen
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try shared.read() == 4007)
  }
}

/// A seeded generator, so that a failing run can be repeated.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
