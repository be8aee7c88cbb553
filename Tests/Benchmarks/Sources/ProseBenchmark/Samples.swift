import Foundation

/// Times by name.
struct Samples {
  private var samples: [String: [Double]] = [:]

  /// Times `body` as one sample of `name`; ends the program where it says that the text was wrong.
  mutating func measure(_ name: String, _ body: () -> Bool) {
    var isRight = false
    let duration = ContinuousClock().measure { isRight = body() }
    guard isRight else {
      print("\(name): a wrong text")
      exit(1)
    }
    samples[name, default: []].append(
      Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15)
  }

  /// The median in milliseconds.
  func median(_ name: String) -> Double {
    let values = (samples[name] ?? [0]).sorted()
    return values[values.count / 2]
  }

  func milliseconds(_ name: String) -> String { String(format: "%9.2f ms", median(name)) }
}

/// What the process has in memory, in bytes; 0 where the system does not say.
func residentBytes() -> Int {
  let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}
