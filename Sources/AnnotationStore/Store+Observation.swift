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
  /// What this process commits shows at once; what others commit is looked for at the interval. Nothing is missed: a
  /// slow reader gets several commits in one element.
  ///
  /// - Parameter interval: how often to look for what other processes wrote.
  public func commits(pollingEvery interval: Duration = .milliseconds(500)) -> AsyncThrowingStream<
    CommittedChanges, any Error
  > {
    AsyncThrowingStream { continuation in
      let last = Mutex<Int64>(0)
      do { last.value = try lastArrival() } catch { return continuation.finish(throwing: error) }
      let look = { @Sendable (last: Mutex<Int64>) throws in
        guard let (arrival, found) = try self.changes(after: last.value) else { return }
        last.value = arrival
        continuation.yield(found)
      }
      let observation = DatabaseRegionObservation(tracking: Table("change"))
      let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      let cancellable = observation.start(
        in: pool, onError: { continuation.finish(throwing: $0) }, onChange: { _ in wake.yield() })
      let poll = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: interval)
          wake.yield()
        }
      }
      let watch = Task {
        do {
          for await _ in wakes { try look(last) }
          continuation.finish()
        } catch { continuation.finish(throwing: error) }
      }
      continuation.onTermination = { _ in
        cancellable.cancel()
        poll.cancel()
        watch.cancel()
        wake.finish()
      }
    }
  }

  private func lastArrival() throws -> Int64 {
    try pool.read { try $0.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0 }
  }

  private func changes(after arrival: Int64) throws -> (last: Int64, CommittedChanges)? {
    try pool.read { db in
      let rows = try db.rows("SELECT arrival, id FROM change WHERE arrival > ? ORDER BY arrival", arrival)
      guard let last = rows.last else { return nil }
      let records = try db.all(
        Blob.self,
        "SELECT DISTINCT record.id FROM op JOIN record ON record.ref = op.record WHERE op.change > ? ORDER BY record.id",
        arrival)
      return (
        last["arrival"],
        CommittedChanges(
          changes: rows.compactMap { ChangeID(($0["id"] as Blob).bytes) },
          records: records.compactMap { RecordID($0.bytes) })
      )
    }
  }
}
