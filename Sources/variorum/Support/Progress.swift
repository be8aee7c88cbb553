import Foundation

/// A progress bar for long work.
final class Progress {
  private let total: Int
  private let what: String
  private let isShown: Bool
  private let width: Int
  private let write: (String) -> Void
  private var drawnAt = DispatchTime(uptimeNanoseconds: 0)
  private var isDrawn = false

  init(total: Int, what: String, isShown: Bool, width: Int, write: @escaping (String) -> Void) {
    self.total = total
    self.what = what
    self.isShown = isShown
    self.width = width
    self.write = write
  }

  /// Says how much is done; it is drawn ten times a second at most.
  func update(_ done: Int, of newTotal: Int? = nil) {
    guard isShown else { return }
    let now = DispatchTime.now()
    guard now.uptimeNanoseconds - drawnAt.uptimeNanoseconds > 100_000_000 else { return }
    drawnAt = now
    isDrawn = true
    let total = max(1, newTotal ?? total)
    let percent = min(100, max(0, done) * 100 / total)
    let label = " \(percent < 10 ? "  " : percent < 100 ? " " : "")\(percent)% \(what)"
    let room = max(5, min(40, width - label.count - 3))
    let filled = room * percent / 100
    write("\r[" + String(repeating: "#", count: filled) + String(repeating: " ", count: room - filled) + "]" + label)
  }

  /// Takes the bar away.
  func finish() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }
}
