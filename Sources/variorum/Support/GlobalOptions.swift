import AnnotationStore
import ArgumentParser
import Foundation

/// The options that every verb has.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The store: a store.sqlite, or a directory that has one. Else VARIORUM_STORE, else from here upwards.",
      valueName: "path"), completion: .file())
  var store: String?

  @Flag(help: "Put out JSON for scripts; errors too.")
  var json = false

  /// Opens the store that the options, the environment or the working directory name.
  func openStore(readOnly: Bool = false) throws -> Store {
    try Store.open(at: try storePath(), environment: try .process(), readOnly: readOnly)
  }

  /// The path of the store file that is meant.
  func storePath() throws -> String {
    let variable = ProcessInfo.processInfo.environment["VARIORUM_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    if let given = store ?? variable { return try Self.storeFile(given) }
    let here = FileManager.default.currentDirectoryPath
    guard let found = Store.locate(from: here) else {
      throw StoreError.notFoundFromHere(here)
    }
    return found
  }

  /// The store file at a path that may be the file, its directory, or the directory it belongs to.
  static func storeFile(_ given: String) throws -> String {
    guard !given.isEmpty else { throw CLIError.usage("--store is empty (give the path of a store.sqlite)") }
    let path = URL(fileURLWithPath: given).standardizedFileURL.path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      // Opening tells that it may not be looked at.
      if access(path, F_OK) != 0, errno == EACCES { return path }
      throw StoreError.notFound(path: path)
    }
    guard isDirectory.boolValue else { return path }
    for inside in ["\(Store.directoryName)/\(Store.fileName)", Store.fileName] {
      let candidate = path + "/" + inside
      if access(candidate, F_OK) == 0 || errno == EACCES { return candidate }
    }
    throw StoreError.notFound(path: path)
  }
}

extension StoreError {
  /// No store from a directory upwards.
  fileprivate static func notFoundFromHere(_ directory: String) -> CLIError {
    .failed(
      "no store in \(directory) or above it (variorum init --curator NAME makes one here; --store PATH names another)")
  }
}
