import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("Following a remote", .timeLimit(.minutes(25)))
struct WatchTests {
  /// Lets one sleep end at a time, when the test says so, and tells how long it was to be.
  private actor Steps {
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var free = 0
    private(set) var durations: [Duration] = []

    func sleep(_ duration: Duration) async {
      durations.append(duration)
      if free > 0 {
        free -= 1
      } else {
        await withCheckedContinuation { waiting.append($0) }
      }
    }

    func step() {
      if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }

    func end() {
      for continuation in waiting { continuation.resume() }
      waiting = []
      free = .max / 2
    }
  }

  private func pace(_ steps: Steps) -> WatchPace {
    WatchPace(
      interval: .seconds(10), longestInterval: .seconds(60),
      sleep: {
        await steps.sleep($0)
        try Task.checkCancellation()
      },
      random: { 0.5 })
  }

  /// Lets others run until something holds; a time limit ends it.
  private func until(_ condition: () async -> Bool) async throws {
    while await !condition() {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  @Test("A folder tells that something changed, and looks less often while it is gone")
  func news() async throws {
    let folder = try SharedFolder("ada", "ben")
    try folder.sync(0)
    let steps = Steps()
    let shared = folder.laptops.shared
    let news = FolderRemote(path: shared).news(of: folder.laptops.id, pace: pace(steps))
    var iterator = news.makeAsyncIterator()
    try await until { await !steps.durations.isEmpty }
    try folder.sync(1)
    await steps.step()
    await iterator.next()
    try FileManager.default.moveItem(atPath: shared, toPath: shared + "2")
    for _ in 0..<5 {
      let count = await steps.durations.count
      await steps.step()
      try await until { await steps.durations.count > count }
    }
    try FileManager.default.moveItem(atPath: shared + "2", toPath: shared)
    await steps.step()
    await iterator.next()
    let seconds = await steps.durations.map { Int(($0 / .seconds(1)).rounded()) }
    #expect(seconds.prefix(7) == [10, 10, 20, 40, 60, 60, 60])
    await steps.end()
  }

  @Test("Delays stay within bounds, and spread")
  func delays() {
    let (low, high) = (WatchPace(random: { 0 }), WatchPace(random: { 0.999 }))
    #expect(low.delay(afterFailures: 0) == .seconds(4))
    #expect(high.delay(afterFailures: 0) < .seconds(6) && high.delay(afterFailures: 0) > .seconds(5.9))
    #expect(high.delay(afterFailures: 1_000) <= .seconds(360))
  }

  @Test("An alarm rings at once, for what this store writes, after a failure, and no more once it is stopped")
  func alarm() async throws {
    let folder = try SharedFolder("ada")
    let steps = Steps()
    let alarm = RemoteAlarm(folder[0], [], pace: pace(steps))
    var rings = alarm.rings.makeAsyncIterator()
    await rings.next()
    try folder[0].claim("One.")
    await rings.next()
    alarm.ringAgain(afterFailures: 1)
    await steps.step()
    await rings.next()
    alarm.stop()
    while await rings.next() != nil {}
    await steps.end()
  }
}
