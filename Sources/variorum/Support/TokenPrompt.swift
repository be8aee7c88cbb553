import Foundation

/// Asks for a token on the terminal, once for each hub, without showing what is typed.
final class TokenPrompt: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var known: [String: String] = [:]
  /// Where a token can be kept, so that nobody need ask.
  private let path: String?

  init(credentials path: String?) { self.path = path }

  /// The token that was typed; `nil` where nothing was.
  func ask(for address: String) -> String? {
    lock.withLock {
      if let token = known[address] { return token }
      let place = path.map { "; to be asked no more, keep it:\n  a line \(address) TOKEN in \($0), mode 0600" } ?? ""
      let question = "no token is set for \(address)\(place)\ntoken, not shown as it is typed: "
      guard let token = Self.read(question) else { return nil }
      known[address] = token
      return token
    }
  }

  private static func read(_ question: String) -> String? {
    guard tcgetattr(STDIN_FILENO, terminalBefore) == 0 else { return nil }
    var hidden = terminalBefore.pointee
    hidden.c_lflag &= ~tcflag_t(ECHO)
    // Whatever ends the process here must leave a terminal that shows what is typed; and one that is only stopped would
    // show the token when it goes on.
    let handlers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].map { ($0, signal($0, endVisibly)) }
    let stop = signal(SIGTSTP, SIG_IGN)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, terminalBefore)
      for (number, handler) in handlers { signal(number, handler) }
      signal(SIGTSTP, stop)
      FileHandle.standardError.write(Data("\n".utf8))
    }
    FileHandle.standardError.write(Data(question.utf8))
    return readLine()
  }
}

/// What the terminal was before it hid what is typed; at a fixed place, as a handler of signals looks there.
nonisolated(unsafe) private let terminalBefore = UnsafeMutablePointer<termios>.allocate(capacity: 1)

/// Ends the process by a signal, as it would without a prompt; does only what a handler may.
private func endVisibly(_ number: Int32) {
  tcsetattr(STDIN_FILENO, TCSANOW, terminalBefore)
  signal(number, SIG_DFL)
  kill(getpid(), number)
}
