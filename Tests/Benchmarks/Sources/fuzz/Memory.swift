import Foundation

/// What the process takes of memory, in bytes.
enum Memory {
  /// The most that was resident since the start, or since ``forgetPeak()``.
  static var peak: Int {
    #if os(Linux)
      guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) << 10
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }

  /// Begins the peak anew at what is resident now, after free memory was given back. Only Linux can; elsewhere the
  /// peak is that of the whole run, which makes the checks stricter and not laxer.
  static func forgetPeak() {
    #if os(Linux)
      // The C library's headers that Swift imports lack this one function.
      if let symbol = dlsym(nil, "malloc_trim") {
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
      }
      try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    #endif
  }
}
