import AnnotationStore
import Foundation
import SyncTransports

/// The other store of a verb that two stores take part in.
enum OtherStore {
  /// Opens it.
  ///
  /// - Parameter store: the store that the verb works in, which the other one must not be.
  /// - Throws: ``CLIError`` in the words of a verb that names a second store; ``StoreError``.
  static func open(_ given: String, beside store: Store?, readOnly: Bool = true) throws -> Store {
    guard !given.isEmpty else {
      throw CLIError.usage("the path of the other store is empty (give a store.sqlite, or a directory with .variorum)")
    }
    let path = try path(given)
    if let store, isSameFile(path, store.path) {
      throw CLIError.failed("\(DirectoryPath.shown(path)) is this store itself (give the path of another one)")
    }
    do { return try Store.open(at: path, environment: try .process(), readOnly: readOnly) } catch {
      throw told(error, path, readOnly)
    }
  }

  /// Whether there is a bundle at a path.
  static func isBundle(_ path: String) -> Bool {
    do {
      _ = try BundleReader(path)
      return true
    } catch BundleError.notABundle { return false } catch { return error is BundleError }
  }

  private static func path(_ given: String) throws -> String {
    do { return try GlobalOptions.storeFile(given) } catch StoreError.notFound(let path) {
      throw CLIError.failed("no store at \(path) (give the path of a store.sqlite, or of a directory with .variorum)")
    }
  }

  private static func told(_ error: StoreError, _ path: String, _ readOnly: Bool) -> any Error {
    switch error {
    case .notAStore where isBundle(path):
      CLIError.failed("\(path) is a bundle and no store (variorum bundle apply \(ShellWord.quoted(path)))")
    case .readOnly where readOnly:
      CLIError.failed(
        "\(path) cannot be read where it is: SQLite has to write beside a store to read it (copy the file to a "
          + "directory of your own, or let its owner make a bundle: variorum bundle create FILE)")
    default: error
    }
  }

  private static func isSameFile(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
