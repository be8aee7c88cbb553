import NIOConcurrencyHelpers

/// What the hub counts, in the text format of Prometheus. No label names a store, a token or a client.
final class HubMetrics: Sendable {
  private struct Key: Hashable {
    var route: String
    var status: Int
  }

  private struct State {
    var requests: [Key: Int] = [:]
    var buckets = [Int](repeating: 0, count: HubMetrics.bounds.count + 1)
    var seconds = 0.0
    var counters: [Counter: Int] = [:]
    var inFlight = 0
  }

  /// What is only ever counted up.
  enum Counter: String, CaseIterable {
    case packsReceived = "packs_received_total"
    case packsSent = "packs_sent_total"
    case bytesReceived = "pack_bytes_received_total"
    case bytesSent = "pack_bytes_sent_total"
    case changesApplied = "changes_applied_total"
    case changesRefused = "changes_refused_total"
    case commits = "commits_total"
    case cursorsConfirmed = "cursors_confirmed_total"
    case cursorsUnconfirmed = "cursors_unconfirmed_total"
    case slowClients = "slow_clients_cut_total"

    var help: String {
      switch self {
      case .packsReceived: "Packs that clients sent and the hub committed."
      case .packsSent: "Packs that the hub sent."
      case .bytesReceived: "Size of the packs committed, in bytes."
      case .bytesSent: "Size of the packs sent, in bytes."
      case .changesApplied: "Changes applied."
      case .changesRefused: "Runs of changes refused."
      case .commits: "Transactions committed; several packs may share one."
      case .cursorsConfirmed: "Syncs whose cursor was confirmed."
      case .cursorsUnconfirmed: "Syncs whose cursor was not, so that tips were exchanged."
      case .slowClients: "Connections closed because the client was too slow."
      }
    }
  }

  private static let bounds = [0.005, 0.025, 0.1, 0.5, 2.5, 10]
  private let state = NIOLockedValueBox(State())

  /// Counts.
  func add(_ counter: Counter, _ count: Int = 1) { state.withLockedValue { $0.counters[counter, default: 0] += count } }

  /// A request has begun.
  func begin() { state.withLockedValue { $0.inFlight += 1 } }

  /// A request has ended.
  func end(route: String, status: Int, after duration: Duration) {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    state.withLockedValue { state in
      state.inFlight -= 1
      state.requests[Key(route: route, status: status), default: 0] += 1
      state.seconds += seconds
      state.buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    }
  }

  /// All of it as text.
  ///
  /// - Parameter gauges: what is measured at this moment: name, what it is, value.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    let state = state.withLockedValue { $0 }
    var lines: [String] = []
    func head(_ name: String, _ help: String, _ type: String) {
      lines += ["# HELP variorum_hub_\(name) \(help)", "# TYPE variorum_hub_\(name) \(type)"]
    }
    head("requests_total", "Requests answered.", "counter")
    for (key, count) in state.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
      lines.append("variorum_hub_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
    }
    head("request_seconds", "How long answering took.", "histogram")
    var sum = 0
    for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], state.buckets) {
      sum += count
      lines.append("variorum_hub_request_seconds_bucket{le=\"\(bound)\"} \(sum)")
    }
    lines += ["variorum_hub_request_seconds_sum \(state.seconds)", "variorum_hub_request_seconds_count \(sum)"]
    for counter in Counter.allCases {
      head(counter.rawValue, counter.help, "counter")
      lines.append("variorum_hub_\(counter.rawValue) \(state.counters[counter] ?? 0)")
    }
    for gauge in gauges + [("requests_in_flight", "Requests being answered.", state.inFlight)] {
      head(gauge.name, gauge.help, "gauge")
      lines.append("variorum_hub_\(gauge.name) \(gauge.value)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
