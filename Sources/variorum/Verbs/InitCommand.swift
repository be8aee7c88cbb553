import AnnotationStore
import ArgumentParser
import Foundation
import SyncTransports

/// `variorum init`.
struct InitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a store here, or say who writes from now on.",
    usage: "variorum init [<directory>] [--curator <name>] [--orcid <id>] [<options>]",
    discussion: """
      Makes .variorum/store.sqlite in the directory. Where there is a store already, --curator says who writes into \
      it from now on. On a terminal it asks for what is not given.

      EXAMPLE
        variorum init --curator "Ada Nowak" --orcid 0000-0002-1825-0097
        variorum init lcn2-als --curator "Ada Nowak"
      """)

  @Option(help: ArgumentHelp("Your name, as it is to stand beside what you write.", valueName: "name"))
  var curator: String?
  @Option(help: ArgumentHelp("Your ORCID: makes you the same curator on every laptop.", valueName: "id"))
  var orcid: String?
  @Option(help: ArgumentHelp("Where you work.", valueName: "text"))
  var affiliation: String?
  @Argument(help: "The directory that the store belongs to.", completion: .directory)
  var directory: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let path = try storePath()
    let isThere = FileManager.default.fileExists(atPath: path)
    let store = isThere ? try Store.open(at: path, environment: try .process()) : nil
    if isThere, curator == nil {
      throw CLIError.failed(
        "there is a store at \(path) already (variorum init --curator NAME says who writes into it from now on)")
    }
    if !isThere, let folder = FolderRemote.folder(around: DirectoryPath.parent(of: path)) {
      throw RemoteError.wouldBeInside(store: path, folder: folder)
    }
    let person = try person(console)
    if let store { return try become(person, in: store, isNew: false, console) }
    let hidden = Store.locate(from: DirectoryPath.parent(of: DirectoryPath.parent(of: path)))
    try create(at: path, for: person, console)
    if let hidden { console.message("note: the store at \(hidden) is hidden from here by the new one") }
  }

  // MARK: -

  /// Where the store is or is to be: what is named here comes before what the environment names.
  private func storePath() throws -> String {
    let variable = ProcessInfo.processInfo.environment["VARIORUM_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    if directory != nil, global.store != nil {
      throw CLIError.usage("the store is named twice (give either DIRECTORY or --store)")
    }
    let given = directory ?? global.store ?? variable
    guard let given else {
      return FileManager.default.currentDirectoryPath + "/\(Store.directoryName)/\(Store.fileName)"
    }
    guard !given.isEmpty else { throw CLIError.usage("the directory is empty (give its path, or none for this one)") }
    let path = URL(fileURLWithPath: given).standardizedFileURL.path
    let isFile = directory == nil && path.hasSuffix(".sqlite")
    if isFile { return path }
    if DirectoryPath.name(of: path) == Store.directoryName { return path + "/" + Store.fileName }
    return path + "/\(Store.directoryName)/\(Store.fileName)"
  }

  private func person(_ console: Console) throws -> Person {
    let mayAsk = console.isInputTerminal && console.isErrorTerminal && !console.isJSON
    guard curator != nil || mayAsk else {
      throw CLIError.usage("nobody is named who writes (give --curator NAME, and --orcid ID where you have one)")
    }
    if let curator {
      return try Person(name: curator, orcid: orcid, affiliation: affiliation)
    }
    let name = try asked("Your name: ", console) { try Person.checkedName($0) }
    let orcid =
      try self.orcid.map { try ORCID(parsing: $0) }
      ?? asked("Your ORCID (return for none): ", console) { $0.isEmpty ? nil : try ORCID(parsing: $0) }
    return try Person(name: name, orcid: orcid?.text, affiliation: affiliation)
  }

  /// Asks until the answer is good, or there is no more input.
  private func asked<Answer>(_ question: String, _ console: Console, _ read: (String) throws -> Answer) throws -> Answer
  {
    for _ in 0..<3 {
      guard let line = console.ask(question) else { break }
      let answer = line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
      do { return try read(answer) } catch { console.error(ErrorReport(error)) }
    }
    throw CLIError.usage("no answer (give --curator NAME, and --orcid ID where you have one)")
  }

  private func create(at path: String, for person: Person, _ console: Console) throws {
    let directory = DirectoryPath.parent(of: path)
    let wasThere = FileManager.default.fileExists(atPath: directory)
    do {
      let store = try Store.create(at: path, environment: try .process())
      try become(person, in: store, isNew: true, console)
    } catch {
      // Half a store, in nobody's name, would only be in the way of the next attempt.
      if case StoreError.exists = error { throw error }
      for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      if !wasThere { rmdir(directory) }
      throw error
    }
  }

  private func become(_ person: Person, in store: Store, isNew: Bool, _ console: Console) throws {
    let commit = try store.commit {
      try $0.becomeCurator(name: person.name, orcid: person.orcid, affiliation: person.affiliation)
    }
    let id = commit.value.id
    let known = try store.read { try $0.curatorName(id) }
    console.notice(commit.notice)
    if console.isJSON {
      return console.json(
        .map([
          .init("schema", .int(1)), .init("id", .bytes(id.bytes)), .init("kind", .text(Kind.curator.rawValue)),
          .init("change", commit.changes.last.map { .bytes($0.bytes) } ?? .null),
          .init("store", .bytes(store.id.bytes)),
          .init("path", .text(store.path)),
        ]))
    }
    let shortID = try store.shortID(id, .curator)
    if isNew {
      console.data(
        "made the store \(DirectoryPath.shown(store.path)), written to by \(console.style(known, .bold)) (\(shortID))")
    } else {
      console.data(
        "\(console.style(known, .bold)) (\(shortID)) writes to \(DirectoryPath.shown(store.path)) from now on")
    }
    if !commit.value.isNew, !known.utf8.elementsEqual(person.name.utf8) {
      console.message("note: this ORCID is known here as \(known)")
      console.hint("variorum edit \(shortID) --set name=NAME gives the curator another name")
    }
    if commit.value.isNew { try Person.tellNamesakes(of: id, in: store, console) }
    guard isNew else { return }
    console.hint("variorum import FILE             takes a paper in, with its claims")
    console.hint("variorum add source --doi DOI    adds a paper by hand")
    console.hint("variorum add claim TEXT          adds a claim")
  }
}

/// The parts of a path.
enum DirectoryPath {
  /// The directory that holds it.
  static func parent(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
  /// The path as it is shown: from the working directory, where it is below that.
  static func shown(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
  /// Its last component.
  static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
