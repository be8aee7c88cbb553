import Foundation

/// What the name of a host says of it.
package enum HostName {
  /// Whether a host is this machine and nothing else: `localhost`, `::1`, or an IPv4 address that begins with 127. A
  /// name that only looks like one, as `127.example.org`, is anybody's.
  package static func isLoopback(_ host: some StringProtocol) -> Bool {
    let host = host.lowercased()
    if host == "localhost" { return true }
    // What follows it would not be read.
    if host.utf8.contains(0) { return false }
    var (short, long) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, host, &short) == 1 { return UInt32(bigEndian: short.s_addr) >> 24 == 127 }
    guard inet_pton(AF_INET6, host, &long) == 1 else { return false }
    return withUnsafeBytes(of: &long) { $0.elementsEqual([UInt8](repeating: 0, count: 15) + [1]) }
  }
}
