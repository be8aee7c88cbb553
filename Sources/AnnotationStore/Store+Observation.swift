import AnnotationModel
import Foundation
import GRDB

/// What came into a store since the last look: one or more commits of any process.
public struct CommittedChanges: Hashable, Sendable {
  /// The changes, in the order in which this store applied them.
  public let changes: [ChangeID]
  /// The records that they wrote to, ascending.
  public let records: [RecordID]
}

extension Store {
  /// The changes that come into the store from now on, from this process and others, until the task that iterates is
  /// cancelled.
  ///
  /// What this process commits shows at once; what others commit is looked for at the interval. Nothing is missed and
  /// nothing piles up: a slow reader gets several commits in one element.
  ///
  /// - Parameter interval: how often to look for what other processes wrote.
  public func commits(pollingEvery interval: Duration = .milliseconds(500)) -> CommitSequence {
    CommitSequence(store: self, interval: interval, start: Result { try lastArrival() })
  }

  private func lastArrival() throws -> Int64 {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.read { try $0.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0 }
    }
  }

  fileprivate func changes(after arrival: Int64) throws -> (last: Int64, CommittedChanges)? {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.read { db in
        let log = LogReader(db)
        let arrivals = try db.all(Int64.self, "SELECT arrival FROM change WHERE arrival > ? ORDER BY arrival", arrival)
        guard let last = arrivals.last else { return nil }
        var records = Set<RecordID>()
        for arrival in arrivals { records.formUnion(try log.change(arrival).ops.map(\.record)) }
        return (
          last,
          CommittedChanges(
            changes: try arrivals.map(log.id(of:)),
            records: records.sorted())
        )
      }
    }
  }
}

/// The commits of a store from a moment on; see ``Store/commits(pollingEvery:)``.
public struct CommitSequence: AsyncSequence, Sendable {
  fileprivate let store: Store
  fileprivate let interval: Duration
  fileprivate let start: Result<Int64, any Error>

  /// Starts watching.
  public func makeAsyncIterator() -> Iterator { Iterator(store: store, last: start, alarm: Alarm(store, interval)) }

  /// Waits for commits, one look at a time.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let store: Store
    fileprivate var last: Result<Int64, any Error>
    fileprivate let alarm: Alarm

    /// The next commits; `nil` once the task is cancelled.
    ///
    /// - Throws: ``StoreError`` where the store cannot be read.
    public mutating func next() async throws -> CommittedChanges? {
      while !Task.isCancelled {
        if let (arrival, found) = try store.changes(after: last.get()) {
          last = .success(arrival)
          return found
        }
        guard await alarm.ring() else { return nil }
      }
      return nil
    }
  }

  /// Rings when this process has committed, and at the interval; rings that nobody waits for become one.
  fileprivate final class Alarm: Sendable {
    private let rings: AsyncStream<Void>
    private let clock: Task<Void, Never>
    private let bell: CommitBell

    init(_ store: Store, _ interval: Duration) {
      let (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      self.rings = rings
      clock = Task {
        while (try? await Task.sleep(for: interval)) != nil { continuation.yield() }
        continuation.finish()
      }
      let bell = CommitBell { continuation.yield() }
      self.bell = bell
      store.pool.unsafeReentrantWrite { $0.add(transactionObserver: bell, extent: .observerLifetime) }
    }

    deinit { clock.cancel() }

    /// Waits for a ring; `false` where there will be none.
    func ring() async -> Bool {
      for await _ in rings { return true }
      return false
    }
  }
}

/// Rings at each commit of this process, for as long as somebody keeps it; whether a change came with it, who hears it
/// looks.
private final class CommitBell: TransactionObserver, Sendable {
  private let ring: @Sendable () -> Void

  init(_ ring: @escaping @Sendable () -> Void) { self.ring = ring }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ db: Database) { ring() }
  func databaseDidRollback(_ db: Database) {}
}
