import Foundation
import ProseCRDT

/// A recorded editing session of the editing-traces collection, as `TextSplice`s.
struct Trace: Decodable {
  struct Transaction: Decodable {
    var patches: [Patch]
    var agent: Int?
    /// Numbers of earlier transactions, to be merged first.
    var parents: [Int]?
  }

  struct Patch: Decodable {
    var splice: TextSplice

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let (position, deleted) = (try list.decode(Int.self), try list.decode(Int.self))
      splice = TextSplice(position: position, deleted: deleted, inserted: try list.decode(String.self))
    }
  }

  var endContent: String
  var txns: [Transaction]

  /// Reads a trace from a file of JSON under gzip.
  init(path: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    self = try JSONDecoder().decode(Trace.self, from: data)
  }
}

/// A history ready to be appended: what each op does, which earlier ops it has seen, and its order.
struct History {
  var splices: [[TextSplice]] = []
  var parents: [[Int]] = []
  var orders: [EventOrder] = []
  var end: String?

  init() {}

  /// A trace; without parents each transaction has seen all before it.
  init(_ trace: Trace) {
    let keys = (0..<8).map { [UInt8($0)] }
    for (index, txn) in trace.txns.enumerated() {
      add(txn.patches.map(\.splice), txn.parents ?? (index == 0 ? [] : [index - 1]), keys[(txn.agent ?? 0) % 8])
    }
    end = trace.endContent
  }

  mutating func add(_ op: [TextSplice], _ seen: [Int], _ replica: [UInt8]) {
    splices.append(op)
    parents.append(seen)
    orders.append(EventOrder(replica: replica, sequence: UInt64(orders.count), change: []))
  }

  /// The whole history in an empty graph, op by op.
  var graph: EventGraph {
    var graph = EventGraph()
    var versions: [EventGraph.Version] = []
    versions.reserveCapacity(splices.count)
    for index in splices.indices {
      let seen = parents[index]
      let version = seen.count == 1 ? versions[seen[0]] : graph.joined(seen.map { versions[$0] })
      versions.append(graph.append(splices[index], areTyped: true, parents: version, order: orders[index]))
    }
    return graph
  }
}

extension History {
  /// How the two branches of `branches` are edited.
  enum Style: String, CaseIterable {
    /// One scalar put in, or one taken out, anywhere.
    case random
    /// Runs of about 40 keystrokes, each run anywhere.
    case typing
    /// All at the start of the text, so that all are in one place.
    case sameplace
    /// One types forward in one place, a scalar there and one elsewhere in turn; the other, twice as long, puts each before
    /// its last in that place.
    case opposed
  }

  /// Two branches of `count` edits each from one text of 20,000 scalars.
  static func branches(of count: Int, _ style: Style, seed: UInt64) -> History {
    var random = SplitMix(state: seed)
    var history = History()
    history.add([TextSplice(position: 0, deleted: 0, inserted: String(repeating: "word ", count: 4_000))], [], [9])
    for branch in 0..<2 {
      var length = 20_000
      var position = 0
      for edit in 0..<(style == .opposed ? count / (1 + branch) : count) {
        if style == .opposed { position = branch == 0 ? 10_000 : edit % 2 == 0 ? 10_000 + edit / 2 : length }
        if style == .random || style == .typing && edit % 40 == 0 { position = random.below(length) }
        let isDeletion = style == .random ? random.below(3) == 0 : style == .typing && random.below(12) == 0
        let splice = TextSplice(position: position, deleted: isDeletion ? 1 : 0, inserted: isDeletion ? "" : "x")
        let fits = !isDeletion || position < length
        history.add(fits ? [splice] : [], [edit == 0 ? 0 : history.splices.count - 1], [UInt8(1 - branch)])
        length += fits ? (isDeletion ? -1 : 1) : 0
        if style == .typing { position = isDeletion ? max(position - 1, 0) : position + 1 }
      }
    }
    return history
  }
}

/// SplitMix64 (Steele, Lea & Flood, 2014).
struct SplitMix {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((bits ^ (bits >> 31)) % UInt64(limit))
  }
}
