import AnnotationStore
import ArgumentParser
import Foundation
import Hub
import Interchange
import SyncProtocol
import SyncTransports

/// An error as the command line tells it: exit code, what failed and why, and what to do.
struct ErrorReport {
  /// The exit code: 1 failed, 2 usage, 3 conflicts are open, 4 input refused.
  let code: Int32
  /// A word for scripts.
  let kind: String
  /// What failed and why.
  let message: String
  /// What to do.
  let hint: String?

  /// Describes any error that a verb throws.
  ///
  /// - Parameter store: where records are looked up that the error names, to name them by their short ids.
  init(_ error: any Error, in store: @autoclosure () -> Store? = nil) {
    switch error {
    case let error as CLIError: self.init(cli: error)
    case let error as StoreError:
      let told = try? (error.namesRecord ? store() : nil)?.read { try $0.telling(error) }
      self.init(store: error, text: told)
    case let error as ModelError: self.init(code: 4, kind: "invalid", text: error.description)
    case let error as IdentifierError: self.init(code: 4, kind: "invalid", text: error.description)
    case let error as IdentityError: self.init(code: 1, kind: "identity", text: error.description)
    case let error as ChangeError: self.init(code: 4, kind: "invalid", text: "the change cannot be written: \(error)")
    case SyncError.otherStore(let here, let there): self.init(store: .otherStore(there, is: here))
    case SyncError.version: self.init(code: 1, kind: "newer", text: "\(error)")
    case let error as SyncError: self.init(code: 1, kind: "sync", text: error.description)
    case let error as RemoteError: self.init(remote: error)
    case let error as HubError: self.init(hub: error)
    case BundleError.newer: self.init(code: 1, kind: "newer", text: "\(error)")
    case let error as BundleError: self.init(code: 1, kind: "bundle", text: error.description)
    case let error as CocoaError: self.init(code: 1, kind: "failed", text: error.localizedDescription)
    default: self.init(code: 1, kind: "failed", text: "\(error)")
    }
  }

  /// Makes a report whose text may end with the remedy in parentheses.
  init(code: Int32, kind: String, text: String, splitsHint: Bool = true) {
    self.code = code
    self.kind = kind
    let parts = splitsHint ? Self.split(text) : (text, nil)
    message = parts.0
    hint = parts.1
  }

  private init(cli error: CLIError) {
    switch error {
    case .usage(let text): self.init(code: 2, kind: "usage", text: text)
    case .failed(let text): self.init(code: 1, kind: "failed", text: text)
    case .newer(let text): self.init(code: 1, kind: "newer", text: text)
    case .invalid(let text): self.init(code: 4, kind: "invalid", text: text)
    case .conflictsOpen:
      self.init(code: 3, kind: "conflicts", text: "conflicts are open (variorum conflicts shows them)")
    }
  }

  private init(hub error: HubError) {
    let (code, kind): (Int32, String) =
      switch error {
      case .address, .notAStore: (4, "invalid")
      case .insecure: (1, "insecure")
      case .cannotListen: (1, "cannot-listen")
      case .dataInUse: (1, "in-use")
      case .insideFolder: (1, "store-in-folder")
      case .file: (1, "file")
      case .certificate: (1, "certificate")
      case .noToken: (4, "no-token")
      }
    self.init(code: code, kind: kind, text: error.description)
  }

  private init(remote error: RemoteError) {
    let (code, kind): (Int32, String) =
      switch error {
      case .badName, .badAddress: (4, "invalid")
      case .noRemote: (4, "no-remote")
      case .noRemotes, .severalRemotes: (2, "which-remote")
      case .exists: (1, "exists")
      case .folderMissing: (1, "folder-missing")
      case .folderEmptied: (1, "folder-emptied")
      case .folderReadOnly: (1, "read-only")
      case .folderFull: (1, "disk-full")
      case .storeInside, .wouldBeInside: (1, "store-in-folder")
      case .noStore: (1, "no-store")
      case .severalStores: (1, "several-stores")
      case .otherStores: (1, "other-store")
      case .hub(_, let failure): (1, Self.kind(failure))
      case .credentials: (1, "credentials")
      case .notAFolder, .folder, .folderTooLarge: (1, "remote")
      }
    self.init(code: code, kind: kind, text: error.description)
  }

  private static func kind(_ failure: HubFailure) -> String {
    switch failure {
    case .noNetwork, .nameNotFound, .refused, .timedOut, .cut, .proxy: "unreachable"
    case .tls: "tls"
    case .insecure, .noToken, .unauthorized: "unauthorized"
    case .forbidden, .readOnly: "forbidden"
    case .noStore: "no-store"
    case .otherStore: "other-store"
    case .newer, .older: "version"
    case .busy: "busy"
    case .diskFull: "disk-full"
    case .redirected, .nothingThere, .refusedRequest, .failed, .notAHub: "remote"
    }
  }

  private init(store error: StoreError, text: String? = nil) {
    let (code, kind): (Int32, String) =
      switch error {
      case .notFound: (1, "no-store")
      case .exists: (1, "exists")
      case .notAStore: (1, "not-a-store")
      case .newer: (1, "newer")
      case .readOnly: (1, "read-only")
      case .diskFull: (1, "disk-full")
      case .busy: (1, "busy")
      case .networkFileSystem: (1, "network-file-system")
      case .replaced: (1, "replaced")
      case .damaged, .logDamaged: (1, "damaged")
      case .unreadable, .unreadableHere, .blocked: (1, "unreadable")
      case .noCurator: (1, "no-curator")
      case .identity: (1, "identity")
      case .nothingToUndo: (1, "nothing-to-undo")
      case .noRecord, .wrongLetter: (4, "no-record")
      case .ambiguous: (4, "ambiguous")
      case .noneNamed: (4, "none-named")
      case .severalNamed, .severalCarry: (4, "several-named")
      case .notAnID: (4, "not-an-id")
      case .wrongKind: (4, "wrong-kind")
      case .deleted: (4, "deleted")
      case .notDeleted: (4, "not-deleted")
      case .ownCurator: (4, "invalid")
      case .conflict: (4, "conflict")
      case .notInConflict: (4, "not-in-conflict")
      case .decidedMeanwhile: (4, "decided-meanwhile")
      case .cannotDecide: (4, "cannot-decide")
      case .otherStore: (1, "other-store")
      case .noChange: (4, "no-change")
      case .notOurs: (4, "not-ours")
      case .change, .model: (4, "invalid")
      default: (1, "failed")
      }
    // What SQLite says may itself end in parentheses.
    let isRaw = if case .database = error { true } else { false }
    self.init(code: code, kind: kind, text: text ?? error.description, splitsHint: !isRaw)
  }

  /// The text before and in the last pair of parentheses, where they end the text.
  private static func split(_ text: String) -> (String, String?) {
    guard text.hasSuffix(")") else { return (text, nil) }
    var depth = 0
    var index = text.endIndex
    while index > text.startIndex {
      index = text.index(before: index)
      if text[index] == ")" { depth += 1 }
      if text[index] == "(" { depth -= 1 }
      if depth == 0 { break }
    }
    guard depth == 0, index > text.startIndex, text[text.index(before: index)] == " " else { return (text, nil) }
    let hint = text[text.index(after: index)..<text.index(before: text.endIndex)]
    return (String(text[..<text.index(before: index)]), hint.isEmpty ? nil : String(hint))
  }

  /// The object that scripts get on stderr.
  var value: CBORValue {
    .map([
      .init("schema", .int(1)),
      .init(
        "error",
        .map([
          .init("code", .int(Int64(code))), .init("kind", .text(kind)), .init("message", .text(message)),
          .init("hint", hint.map(CBORValue.text) ?? .null),
        ])),
    ])
  }
}
