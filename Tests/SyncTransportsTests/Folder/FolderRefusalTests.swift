import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("What a folder transport refuses, and how it says so")
struct FolderRefusalTests {
  @Test("A live store in the folder is refused, links or not")
  func liveStore() throws {
    let laptops = try Laptops("ada")
    for folder in [laptops.path, laptops.path + "/ada"] {
      #expect(throws: RemoteError.self) { try FolderRemote(path: folder).check(laptops.stores[0]) }
    }
    let link = laptops.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: laptops.path + "/ada")
    do {
      _ = try FolderRemote(path: link).sync(laptops.stores[0], SyncRequest())
      Issue.record("it synced")
    } catch RemoteError.storeInside(let store, let folder) {
      #expect(store.hasSuffix("/ada/store.sqlite") && folder.hasSuffix("/ada"))
    }
    try FolderRemote(path: laptops.shared).check(laptops.stores[0])
  }

  @Test("No store is made in a folder that replicas share")
  func storeToBe() throws {
    let folder = try SharedFolder("ada")
    #expect(FolderRemote.folder(around: folder.laptops.shared) == nil)
    try folder.sync(0)
    let inside = folder.laptops.shared + "/deep/er"
    #expect(FolderRemote.folder(around: inside)?.hasSuffix("/shared") == true)
    #expect(FolderRemote.folder(around: folder.laptops.path) == nil)
    #expect(throws: RemoteError.self) {
      try StoreClone.make(in: inside, from: .store(folder[0]), environment: folder.laptops.environment("ben")) { _ in }
    }
    #expect(!FileManager.default.fileExists(atPath: inside))
  }

  @Test("A folder that is not there, or is a file, is told apart")
  func missing() throws {
    let laptops = try Laptops("ada")
    let (nowhere, file) = (laptops.path + "/nowhere", laptops.path + "/ada/store.sqlite")
    #expect(throws: RemoteError.folderMissing(path: nowhere)) {
      try FolderRemote(path: nowhere).sync(laptops.stores[0], SyncRequest())
    }
    #expect(throws: RemoteError.notAFolder(path: file)) { try FolderRemote(path: file).stores() }
    #expect(!FileManager.default.fileExists(atPath: nowhere))
  }

  /// As where a disk is not mounted, and its mount point is.
  @Test("A folder without what is known to be in it is not filled by accident")
  func emptied() throws {
    let folder = try SharedFolder("ada")
    try folder[0].claim("One.")
    try folder.sync(0)
    try FileManager.default.removeItem(atPath: folder.laptops.storeDirectory)
    folder.files.reset()
    #expect(throws: RemoteError.folderEmptied(path: folder.laptops.shared)) { try folder.sync(0) }
    #expect(folder.files.changed.isEmpty)
    #expect(try folder.sync(0, repair: true).sent.changes == 2)
  }

  @Test("A folder that cannot be written, or is full, leaves the store as it is", arguments: [true, false])
  func cannotWrite(isFull: Bool) throws {
    let folder = try SharedFolder("ada", "ben")
    try folder[0].claim("One.")
    try folder.sync(0)
    let error = isFull ? RemoteError.folderFull(path: "x") : RemoteError.folderReadOnly(path: "x")
    folder.files.before = { operation in if case .write = operation { throw error } }
    #expect(throws: error) { try folder.sync(1) }
    // What was read before that is here, and is not read again.
    folder.files.reset()
    #expect(try folder.sync(1, .pull).lackingThere == 1 && folder.files.reads == 0)
    folder.files.before = nil
    #expect(try folder.sync(1).sent.changes == 1)
    #expect(try folder.sync(0).areEqual && folder.digests().count == 1)
  }

  @Test("Listings and files are bounded")
  func bounds() throws {
    let folder = try SharedFolder("ada")
    try folder.sync(0)
    let disk = FolderDisk(folder.laptops.shared)
    for number in 0..<5 { try folder.put(Data(count: 100), "w/\(number)") }
    let directory = ["\(folder.laptops.id).variorum", "w"]
    #expect(throws: RemoteError.self) { try disk.entries(of: directory, limit: 4) }
    #expect(try disk.entries(of: directory, limit: 5)?.count == 5)
    #expect(try disk.read(directory + ["1"], limit: 10)?.bytes.count == 10)
    #expect(try disk.read(directory + ["9"], limit: 10) == nil)
    #expect(try disk.entries(of: ["none"], limit: 5) == nil)
  }

  @Test("Errors of the system are told with the remedy")
  func systemErrors() throws {
    let folder = try SharedFolder("ada")
    try folder.sync(0)
    let store = folder.laptops.storeDirectory
    try FileManager.default.removeItem(atPath: store)
    try Data().write(to: URL(fileURLWithPath: store))
    do {
      try folder.sync(0)
      Issue.record("it synced")
    } catch RemoteError.folder(_, let path, let code) {
      #expect(path == store && code == ENOTDIR)
      #expect(RemoteError.folder(operation: "open", path: path, code: code).description.hasSuffix("sync again)"))
    }
  }
}
