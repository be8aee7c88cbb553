import AnnotationStore

/// The remotes of a store's file: kept beside its log, never synced.
public struct RemoteRegistry: Sendable {
  private let store: Store

  /// Looks at the remotes of a store.
  public init(_ store: Store) { self.store = store }

  /// All of them, by name.
  ///
  /// - Throws: ``StoreError``; ``RemoteError`` where one is of a kind that only a newer version knows.
  public func all() throws -> [Remote] {
    try store.remotes().map { name, address in
      try Remote(name: name, address: RemoteAddress(parsing: address, relativeTo: "/"))
    }
  }

  /// The one with a name.
  ///
  /// - Throws: ``RemoteError/noRemote(_:nearest:)``; ``StoreError``.
  public func remote(named name: String) throws -> Remote {
    let all = try all()
    guard let found = all.first(where: { $0.name == name }) else {
      throw RemoteError.noRemote(name, nearest: nearest(to: name, among: all.map(\.name)))
    }
    return found
  }

  /// The one that is meant where nobody says which: the only one.
  ///
  /// - Throws: ``RemoteError/noRemotes``; ``RemoteError/severalRemotes(_:)``; ``StoreError``.
  public func only() throws -> Remote {
    let all = try all()
    guard let first = all.first else { throw RemoteError.noRemotes }
    guard all.count == 1 else { throw RemoteError.severalRemotes(all.map(\.name)) }
    return first
  }

  /// Notes a remote.
  ///
  /// - Throws: ``RemoteError/exists(_:)``; ``StoreError``.
  public func add(_ remote: Remote) throws {
    guard try store.addRemote(remote.name, address: remote.address.description) else {
      throw RemoteError.exists(remote.name)
    }
  }

  /// Gives a remote another name; what is remembered of it stays.
  ///
  /// - Throws: ``RemoteError``; ``StoreError``.
  public func rename(_ name: String, to newName: String) throws -> Remote {
    let remote = try remote(named: name)
    let renamed = try Remote(name: newName, address: remote.address)
    if name == newName { return remote }
    guard try store.renameRemote(name, to: newName) else { throw RemoteError.exists(newName) }
    return renamed
  }

  /// Forgets a remote; what lies there stays.
  ///
  /// - Throws: ``RemoteError/noRemote(_:nearest:)``; ``StoreError``.
  public func remove(_ name: String) throws -> Remote {
    let remote = try remote(named: name)
    _ = try store.removeRemote(name)
    return remote
  }

  /// What is remembered of a remote.
  public func memory(of remote: Remote) -> RemoteMemory { RemoteMemory(store: store, remote: remote.name) }
}

/// What a store's file remembers of one remote: small values under names, such as a cursor. Losing them costs time and
/// nothing else; a transport that reads one believes no more of it than of anything from outside.
public struct RemoteMemory: Sendable {
  private let store: Store
  private let remote: String

  private let isReadOnly: Bool

  init(store: Store, remote: String, isReadOnly: Bool = false) {
    self.store = store
    self.remote = remote
    self.isReadOnly = isReadOnly
  }

  /// The same, but that nothing is kept: for a rehearsal.
  var readOnly: RemoteMemory { RemoteMemory(store: store, remote: remote, isReadOnly: true) }

  /// The values whose names begin so.
  ///
  /// - Throws: ``StoreError``.
  public func values(prefix: String) throws -> [String: [UInt8]] {
    try store.remembered(of: remote, prefix: prefix)
  }

  /// One value.
  ///
  /// - Throws: ``StoreError``.
  public func value(_ name: String) throws -> [UInt8]? { try values(prefix: name)[name] }

  /// Keeps values, and forgets those that are `nil`; all or nothing.
  ///
  /// - Throws: ``StoreError``.
  public func keep(_ values: [String: [UInt8]?]) throws {
    if !isReadOnly { try store.remember(values, of: remote) }
  }
}
