import AnnotationModel
import AnnotationStore
import ProseCRDT

/// All keystrokes of a trace as one change, as a log or a pack has it.
struct SavedTyping {
  private let encoded: EncodedChange

  init(_ patches: [TextSplice]) throws {
    var typing = Typing()
    for patch in patches { typing.replace(patch.deleted, at: patch.position, with: patch.inserted) }
    let id = RecordID(derivedFrom: .text("paper"))
    let cell = CellKey(record: RecordKey(kind: "annotation", id: id), field: "body")
    guard let store = StoreID(uuidBytes: [UInt8](repeating: 1, count: 16), version: 4),
      let replica = ReplicaID([UInt8](repeating: 2, count: 32)),
      let op = Op.edit(cell: cell, typing: typing, superseding: [])
    else { throw Unusable() }
    encoded = try Change(
      store: store, replica: replica, sequence: 1, previous: nil, deps: [], timeMilliseconds: 0, curator: id, ops: [op]
    ).encode(seed: [UInt8](repeating: 3, count: 16))
  }

  /// The text, from the bytes: they are checked, made into an event graph with every keystroke, and that replayed.
  func load() throws -> String {
    guard let op = try Change(decoding: encoded).ops.first else { throw Unusable() }
    let edits = op.textEdits
    var graph = EventGraph()
    let order = EventOrder(replica: [2], sequence: 1, change: [1])
    let version = graph.append(edits.splices, areTyped: edits.areTyped, parents: [], order: order)
    return graph.text(at: version)
  }

  private struct Unusable: Error {}
}
