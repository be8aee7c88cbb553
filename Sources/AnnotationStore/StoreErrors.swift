import Foundation
import GRDB

/// Turns what SQLite and the file system say into ``StoreError``.
enum StoreErrors {
  /// Runs `body`, whose errors all become ``StoreError``.
  static func mapped<Value>(_ path: String, _ body: () throws -> Value) throws(StoreError) -> Value {
    do { return try body() } catch { throw storeError(error, path) }
  }

  /// Runs `body`; errors that are neither SQLite's nor the kernel's pass through.
  static func mappingDatabaseErrors<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      switch error {
      case is DatabaseError, is LogDamage, is ChangeError, is ModelError, is IdentityError:
        throw storeError(error, path)
      default: throw error
      }
    }
  }

  private static func storeError(_ error: any Error, _ path: String) -> StoreError {
    switch error {
    case let error as StoreError: error
    case IdentityError.cannot(_, let taken, EEXIST): .exists(path: taken)
    case IdentityError.cannot(_, let path, let code) where DiskRoom.isLacking(code): .diskFull(path: path)
    case let error as IdentityError: .identity(error)
    case let error as ChangeError: .change(error)
    case let error as ModelError: .model(error)
    case let error as LogDamage: .damaged(path: path, detail: error.description)
    case let error as DatabaseError: storeError(error, path)
    case let error as CocoaError where error.code == .fileWriteOutOfSpace: .diskFull(path: path)
    case let error as CocoaError where error.code == .fileWriteNoPermission || error.code == .fileWriteVolumeReadOnly:
      .readOnly(path: path)
    case let error as CocoaError: .unusable(path: error.filePath ?? path, reason: reason(error))
    default: .database(path: path, detail: "\(error)")
    }
  }

  /// What the system says of an error, in a few words.
  static func reason(_ error: any Error) -> String {
    let cause = (error as? CocoaError)?.underlying ?? error
    if let cause = cause as? POSIXError { return String(cString: strerror(cause.code.rawValue)) }
    let system = cause as NSError
    return system.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(system.code))) : "\(cause)"
  }

  private static func storeError(_ error: DatabaseError, _ path: String) -> StoreError {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
    case .SQLITE_FULL: .diskFull(path: path)
    case .SQLITE_IOERR where DiskRoom.isLacking(beside: path): .diskFull(path: path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      SideFiles.obstacle(beside: path) ?? .readOnly(path: path)
    case .SQLITE_NOTADB: .notAStore(path: path)
    case .SQLITE_CORRUPT: .damaged(path: path, detail: error.message ?? "SQLite finds its file malformed")
    // Statements fit the tables of a store that is whole.
    case .SQLITE_ERROR where error.message.map(isMissing) == true:
      .damaged(path: path, detail: error.message ?? "a table is missing")
    case .SQLITE_CONSTRAINT:
      .damaged(path: path, detail: "a table refuses what is written to it: \(error.message ?? "it gives no reason")")
    default: .database(path: path, detail: error.message ?? "SQLite error \(error.resultCode.rawValue)")
    }
  }

  private static func isMissing(_ message: String) -> Bool {
    ["no such table", "no such column", "vtable constructor failed"].contains { message.hasPrefix($0) }
  }
}
