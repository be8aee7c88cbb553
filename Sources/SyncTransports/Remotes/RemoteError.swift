import AnnotationStore
import Foundation

/// Why a remote could not be used; the description ends with what to do. Nothing was changed there, and what came from
/// there before stays.
public enum RemoteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was typed is no name for a remote.
  case badName(String)
  /// What was typed is no address.
  case badAddress(String, reason: String, remedy: String)
  /// There is a remote of that name.
  case exists(String)
  /// There is no remote of that name.
  case noRemote(String, nearest: String?)
  /// There is no remote at all.
  case noRemotes
  /// There are several, and nobody said which.
  case severalRemotes([String])
  /// The hub at an address could not be used.
  case hub(String, HubFailure)
  /// A file with a token or certificates cannot be used.
  case credentials(path: String, reason: String, remedy: String)
  /// The folder is not there.
  case folderMissing(path: String)
  /// What is at the path is no folder.
  case notAFolder(path: String)
  /// The folder is there, but what was in it is not.
  case folderEmptied(path: String)
  /// The folder can be read and not written to.
  case folderReadOnly(path: String)
  /// The disk that holds the folder is full.
  case folderFull(path: String)
  /// The folder could not be used for another reason of the system.
  case folder(operation: String, path: String, code: Int32)
  /// The folder holds more than can be a remote.
  case folderTooLarge(path: String, limit: String)
  /// A live store lies in the folder.
  case storeInside(store: String, folder: String)
  /// What is to become a live store would lie in a shared folder.
  case wouldBeInside(store: String, folder: String)
  /// The remote has no changes of any store.
  case noStore(String)
  /// The remote has several stores, and nobody said which.
  case severalStores(String, [StoreID])
  /// The remote has other stores than the one that was asked for.
  case otherStores(String, [StoreID], wanted: StoreID)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .badName(let name):
      "\(IdentifierError.quoted(name)) is no name for a remote (letters, digits, '-', '_' and '.', at most 64, the first one a letter or digit)"
    case .badAddress(let text, let reason, let remedy):
      "\(IdentifierError.quoted(text)) is no address of a remote: \(reason) (\(remedy))"
    case .exists(let name): "there is a remote \(name) already (variorum remote list shows it; give another name)"
    case .noRemote(let name, let nearest):
      "no remote is named \(IdentifierError.quoted(name)) (\(nearest.map { "did you mean \($0)? " } ?? "")variorum remote list shows them)"
    case .noRemotes: "this store has no remote (variorum remote add NAME PATH)"
    case .severalRemotes(let names):
      "there are several remotes: \(names.joined(separator: ", ")) (say which, or --all)"
    case .hub(let address, let failure): "\(address) \(failure.text)"
    case .credentials(let path, let reason, let remedy): "\(path) \(reason) (\(remedy))"
    case .folderMissing(let path):
      "\(path) is not there (plug in or mount the disk that it is on, or make the folder: mkdir -p)"
    case .notAFolder(let path): "\(path) is not a folder (variorum bundle apply takes a file)"
    case .folderEmptied(let path):
      "\(path) is there, but the changes that this store knows to be in it are not (mount what belongs there; where it was emptied on purpose, sync --repair fills it again)"
    case .folderReadOnly(let path):
      "\(path) cannot be written to (check its owner and permissions; variorum pull only reads)"
    case .folderFull(let path):
      "the disk that holds \(path) is full, and not all could be written (free some space and sync again)"
    case .folder(let operation, let path, let code):
      "cannot \(operation) \(path): \(String(cString: strerror(code))) (check that the disk is healthy and mounted, and sync again)"
    case .folderTooLarge(let path, let limit):
      "\(path) has more than \(limit) (check that it is the folder that was meant)"
    case .storeInside(let store, let folder):
      "the store \(store) lies in the shared folder \(folder), where another program would copy it in the middle of a write (move the store out of it: a folder carries packs, and each laptop keeps a store of its own)"
    case .wouldBeInside(let store, let folder):
      "\(store) lies in the shared folder \(folder), where another program would copy a store in the middle of a write (choose a directory outside of it, and add the folder there: variorum remote add NAME \(folder))"
    case .noStore(let place):
      "\(place) has no changes of any store (variorum sync puts them there from where the store is)"
    case .severalStores(let place, let stores):
      "\(place) has several stores: \(Self.listed(stores)) (give the \(Self.isHub(place) ? "address" : "path") of one, as in \(Self.example(place, stores)))"
    case .otherStores(let place, let stores, let wanted):
      "\(place) has no changes of store \(wanted), but of \(Self.listed(stores)) (\(Self.isHub(place) ? "check the address: variorum remote list" : "check that it is the folder that was meant"))"
    }
  }

  private static func isHub(_ place: String) -> Bool { place.hasPrefix("https://") || place.hasPrefix("http://") }

  /// Where a remote has one of its stores.
  private static func example(_ place: String, _ stores: [StoreID]) -> String {
    "\(place)/\(stores.first.map(\.description) ?? "ID")\(isHub(place) ? "" : ".variorum")"
  }

  private static func listed(_ stores: [StoreID]) -> String {
    stores.prefix(4).map(\.description).joined(separator: ", ") + (stores.count > 4 ? ", …" : "")
  }
}
