import AnnotationModel

/// Why the store did not do what it was asked; the description says what to do instead. Nothing was changed.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no store at the path.
  case notFound(path: String)
  /// There is a store at the path already.
  case exists(path: String)
  /// A file that belonged to an earlier store is in the way.
  case leftOver(path: String)
  /// The file is not a store.
  case notAStore(path: String)
  /// The store was written by a newer version.
  case newer(path: String, migrations: [String])
  /// The file or its directory cannot be written.
  case readOnly(path: String)
  /// The disk is full.
  case diskFull(path: String)
  /// Another process kept the store locked.
  case busy(path: String)
  /// The path is on a network file system.
  case networkFileSystem(path: String)
  /// The file at the path is no longer the one that was opened.
  case replaced(path: String)
  /// The store's bytes are damaged.
  case damaged(path: String, detail: String)
  /// What is stored is damaged, and not only what is derived from it.
  case logDamaged(path: String, detail: String)
  /// This user may not read the file.
  case unreadable(path: String)
  /// The file cannot be read without writing beside it, and that cannot be done.
  case unreadableHere(path: String)
  /// A file beside the store belongs to another user and cannot be written.
  case blocked(by: String, owner: String, isEmpty: Bool)
  /// There is a file where a directory is needed.
  case inTheWay(path: String)
  /// The system refuses a file or directory for another reason.
  case unusable(path: String, reason: String)
  /// The copy that a verification compares with could not be made.
  case noCopy(directory: String, reason: String)
  /// SQLite reports something else.
  case database(path: String, detail: String)
  /// Nobody has said who is writing.
  case noCurator
  /// No record has this id.
  case noRecord(String)
  /// Several records have ids that begin so, or records of several kinds this id.
  case ambiguous(String, candidates: [String])
  /// The digits are an id's, and the letter before them is another kind's.
  case wrongLetter(String, candidates: [String])
  /// No record of the kind has this name, identifier or id.
  case noneNamed(Kind, String, nearest: String?)
  /// Several records of the kind have this name.
  case severalNamed(Kind, String, candidates: [String])
  /// Several sources carry this identifier; `ids` are those of the first two, where no link says yet that they are one
  /// paper.
  case severalCarry(String, candidates: [String], ids: [String])
  /// What was typed is no id.
  case notAnID(String)
  /// The record is not of a kind that is wanted here.
  case wrongKind(RecordID, is: Kind, wanted: [Kind])
  /// The record is deleted.
  case deleted(RecordID, Kind)
  /// The record is not deleted.
  case notDeleted(RecordID, Kind)
  /// The cell is in conflict, so a write must say what it supersedes.
  case conflict(RecordID, Kind, field: String)
  /// The field is not in conflict, so there is nothing to decide.
  case notInConflict(RecordID, Kind, field: String)
  /// What is live in a conflict is not what somebody was shown.
  case decidedMeanwhile(RecordID, Kind, field: String)
  /// The decision does not fit the conflict.
  case cannotDecide(RecordID, Kind, field: String, reason: String)
  /// The curator in whose name is written is not deleted; `called` is their name.
  case ownCurator(RecordID, called: String)
  /// What was to be merged belongs to another store.
  case otherStore(StoreID, is: StoreID)
  /// The change is not there.
  case noChange(String)
  /// The change belongs to another replica, so it is not ours to undo.
  case notOurs(ChangeID)
  /// There is nothing to undo.
  case nothingToUndo
  /// A read in a read, or a write in a write, of the same store.
  case nested
  /// A write transaction is used after its end.
  case over
  /// The change is too large for one; see the kernel's limits.
  case change(ChangeError)
  /// The model refuses a value.
  case model(ModelError)
  /// The replica's identity cannot be used.
  case identity(IdentityError)

  /// What failed, why, and what to do; records are named by their whole ids.
  public var description: String { message { id, kind in "\(kind.letter):\(id)" } }

  /// What failed, why, and what to do.
  ///
  /// - Parameter name: how a record is named, where a shorter id than the whole is known to be its own.
  package func message(naming name: (RecordID, Kind) throws -> String) rethrows -> String {
    switch self {
    case .notFound(let path): "no store at \(path) (variorum init makes one)"
    case .exists(let path): "there is a store at \(path) already"
    case .leftOver(let path):
      "\(path) is left over from an earlier store (put that store back beside it, or remove the file)"
    case .notAStore(let path):
      "\(path) is not a Variorum store (give the path of a store.sqlite, or of a directory with .variorum)"
    case .newer(let path, let migrations):
      "\(path) was written by a newer version (it has \(migrations.joined(separator: ", "))): install the newer variorum"
    case .readOnly(let path):
      "\(path) cannot be written (check its owner and permissions, or copy it to a directory of your own)"
    case .diskFull(let path): "the disk that holds \(path) is full: nothing was written (free some space and try again)"
    case .busy(let path): "another program kept \(path) locked for more than 30 seconds (wait for it, or end it)"
    case .networkFileSystem(let path):
      "\(path) is on a network file system, where SQLite cannot lock safely (keep the store on a local disk and share bundles)"
    case .replaced(let path): "the file at \(path) was replaced while it was open (start again)"
    case .damaged(let path, let detail):
      "\(path) is damaged: \(detail) (restore a backup, or try variorum doctor --rebuild)"
    case .logDamaged(let path, let detail):
      "\(path) is damaged: \(detail) (keep the file, and restore a backup or clone another replica)"
    case .unreadable(let path):
      "\(path) cannot be read (check the owner and permissions of it and of the directories that it is in)"
    case .unreadableHere(let path):
      "\(path) cannot be read where it lies, for SQLite must write beside it to read what \(path)-wal holds (free some space there, or copy both files to a directory of your own)"
    case .blocked(let file, let owner, let isEmpty):
      "\(file) belongs to \(owner) and keeps you from the store (\(isEmpty ? "end the programs that have the store open, and remove it" : "have \(owner) let you read and write it"))"
    case .inTheWay(let path): "\(path) is a file, and a directory is needed there (move it away, or name another place)"
    case .unusable(let path, let reason):
      "\(path) cannot be used: \(reason) (check that its directory exists and may be written to, or name another place)"
    case .noCopy(let directory, let reason):
      "no copy to compare with can be made in \(directory): \(reason) (set TMPDIR to a directory with room for one)"
    case .database(let path, let detail): "\(path): \(detail)"
    case .noCurator: "nobody has said who is writing (variorum init --curator NAME)"
    case .noRecord(let id): "no record has the id \(id) (variorum list shows what there is)"
    case .ambiguous(let id, let candidates):
      RecordID(uuid: id) == nil
        ? "several ids begin with \(id): \(candidates.joined(separator: ", ")) (type more of the one that is meant)"
        : "several records have the id \(id): \(candidates.joined(separator: ", ")) (type its letter, too)"
    case .wrongLetter(let id, let candidates):
      "no record has the id \(id) (did you mean \(candidates.joined(separator: " or "))?)"
    case .noneNamed(let kind, let text, let nearest):
      "no \(kind.rawValue) is \(IdentifierError.quoted(text)) (\(nearest.map { "did you mean \(IdentifierError.quoted($0))? " } ?? "")\(Self.adding(text, kind))variorum list \(kind.plural) shows them)"
    case .severalNamed(let kind, let text, let candidates):
      "several \(kind.plural) are \(IdentifierError.quoted(text)): \(candidates.joined(separator: ", ")) (give the id)"
    case .severalCarry(let text, let candidates, let ids):
      "several sources carry \(IdentifierError.quoted(text)): \(candidates.joined(separator: ", ")) (give the id\(ids.isEmpty ? "" : "; if they are one paper: variorum link \(ids.joined(separator: " same-as "))"))"
    case .notAnID(let text):
      "\(IdentifierError.quoted(text)) is no id (expected a UUID, or at least 6 characters of one, as in c:3f9a1c)"
    case .wrongKind(let id, let kind, let wanted):
      "\(try name(id, kind)) is \(kind.withArticle), and \(wanted.map(\.withArticle).joined(separator: " or ")) is wanted here (variorum list \(wanted.first?.plural ?? "claims") shows some)"
    case .deleted(let id, let kind):
      "\(kind.rawValue) \(try name(id, kind)) is deleted (variorum restore \(try name(id, kind)) takes that back)"
    case .notDeleted(let id, let kind): "\(kind.rawValue) \(try name(id, kind)) is not deleted"
    case .conflict(let id, let kind, let field):
      "\(Self.cell(try name(id, kind), field)) is in conflict, and nothing is overwritten by accident (variorum resolve \(Self.cell(try name(id, kind), field)))"
    case .notInConflict(let id, let kind, let field):
      "\(Self.cell(try name(id, kind), field)) is not in conflict (variorum conflicts lists what is)"
    case .decidedMeanwhile(let id, let kind, let field):
      "what is live in \(Self.cell(try name(id, kind), field)) is not what you were shown: somebody wrote or decided meanwhile (look again: variorum conflicts \(try name(id, kind)))"
    case .cannotDecide(let id, let kind, let field, let reason): "\(Self.cell(try name(id, kind), field)): \(reason)"
    case .ownCurator(let id, let called):
      "\(try name(id, .curator)) is \(IdentifierError.quoted(called)), in whose name is written here (variorum init --curator NAME first, to write in the name of another)"
    case .otherStore(let given, let ours):
      "it belongs to the store \(given), and this one is \(ours): they have no history in common (variorum import --from-store PATH writes the records of a store anew here; of a bundle make a store first: variorum clone BUNDLE DIRECTORY)"
    case .noChange(let id): "no change has the id \(id) (variorum log shows them)"
    case .notOurs(let id): "change \(id.hex.prefix(12)) was made by another replica (edit the record instead)"
    case .nothingToUndo: "this replica has written nothing that could be undone"
    case .nested: "a transaction of this store is running here already (use the transaction that you were given)"
    case .over: "the transaction has ended, and nothing more is written by it (use it within its closure)"
    case .change(let error): "the change cannot be written: \(error)"
    case .model(let error): error.description
    case .identity(let error): error.description
    }
  }

  /// Whether the description names a record by its id.
  package var namesRecord: Bool {
    switch self {
    case .wrongKind, .deleted, .notDeleted, .conflict, .notInConflict, .decidedMeanwhile, .cannotDecide, .ownCurator:
      true
    default: false
    }
  }

  /// How a source is added of which an identifier was typed.
  private static func adding(_ text: String, _ kind: Kind) -> String {
    guard kind == .source, let identifier = DerivedID.SourceIdentifier.readings(of: text).first else { return "" }
    return "variorum add source --\(identifier.field) \(IdentifierError.quoted(identifier.text)) adds it; "
  }

  private static func cell(_ record: String, _ field: String) -> String { record + (field.isEmpty ? "" : "." + field) }
}
