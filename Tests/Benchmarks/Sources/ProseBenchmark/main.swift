import Foundation
import ProseCRDT

// ProseBenchmark automerge-paper.json.gz friendsforever.json.gz [rounds] [edits]: replay of one author's keystrokes
// against the same edits on a plain array of scalars, two authors' whole history into an empty graph, two branches of
// `edits` and of half as many, the time and memory of a settled text, and the bytes that all keystrokes take in a store. Medians
// of interleaved rounds.

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  print("usage: ProseBenchmark automerge-paper.json.gz friendsforever.json.gz [rounds] [edits]")
  exit(2)
}
let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 7 : 7
let edits = arguments.count > 4 ? Int(arguments[4]) ?? 50_000 : 50_000

var samples = Samples()

func line(_ what: String, _ value: String) {
  print(what.padding(toLength: 58, withPad: " ", startingAt: 0), value)
}

/// The edits on a plain array of scalars, the floor: what a text costs without any history.
func replayPlainly(_ history: History) -> String {
  var scalars: [Unicode.Scalar] = []
  for splice in history.splices.joined() {
    scalars.replaceSubrange(splice.position..<splice.position + splice.deleted, with: splice.inserted.unicodeScalars)
  }
  return String(String.UnicodeScalarView(scalars))
}

let sequential = History(try Trace(path: arguments[1]))
let concurrent = History(try Trace(path: arguments[2]))
let patches = Array(sequential.splices.joined())
let saved = try SavedTyping(patches)
let half = edits / 2
let branches = Dictionary(
  uniqueKeysWithValues: History.Style.allCases.flatMap { style in
    [half, edits].map { count in
      ("\(style.rawValue) \(count)", History.branches(of: count, style, seed: UInt64(count)))
    }
  })

for _ in 0..<rounds {
  samples.measure("plain") { replayPlainly(sequential) == sequential.end }
  samples.measure("keystrokes") {
    let graph = sequential.graph
    return graph.text(at: graph.heads) == sequential.end
  }
  samples.measure("one op") {
    var graph = EventGraph()
    _ = graph.append(patches, areTyped: true, parents: [], order: sequential.orders[0])
    return graph.text(at: graph.heads) == sequential.end
  }
  samples.measure("saved") { (try? saved.load()) == sequential.end }
  samples.measure("friendsforever") {
    let graph = concurrent.graph
    return graph.text(at: graph.heads) == concurrent.end
  }
  let graph = concurrent.graph
  samples.measure("friendsforever, text only") { graph.text(at: graph.heads) == concurrent.end }
  samples.measure("friendsforever, layout") { !graph.layout(of: [graph.heads], attributed: true).isEmpty }
  for (name, history) in branches {
    let graph = history.graph
    samples.measure(name) { !graph.text(at: graph.heads).isEmpty }
  }
}

print("medians of \(rounds) interleaved rounds")
line("automerge-paper, plain array of scalars", samples.milliseconds("plain"))
line("automerge-paper, an append per keystroke, and its text", samples.milliseconds("keystrokes"))
line("  ratio to the plain array", String(format: "%9.3f", samples.median("keystrokes") / samples.median("plain")))
line("automerge-paper, all in one op, and its text", samples.milliseconds("one op"))
line("automerge-paper, from the bytes of the change it is saved as", samples.milliseconds("saved"))
line("friendsforever, whole history into an empty graph, text", samples.milliseconds("friendsforever"))
line("  the text of it", samples.milliseconds("friendsforever, text only"))
line("  an attributed layout of it", samples.milliseconds("friendsforever, layout"))
for name in branches.keys.sorted() { line("two branches, edits each: \(name)", samples.milliseconds(name)) }

let text = sequential.end ?? ""
// Enough of them that what was freed before, and is used again, does not count.
let before = residentBytes()
let settled = (0..<1_000).map { _ in
  var graph = EventGraph()
  _ = graph.append([TextSplice(position: 0, deleted: 0, inserted: text)], parents: [], order: sequential.orders[0])
  return graph
}
let bytes = (residentBytes() - before) / settled.count
let read = try SettledText(text, reads: 1_000)
line("a settled text of \(text.utf8.count) bytes, read from a store", String(format: "%9.3f ms", read.milliseconds))
line("  its memory", String(format: "%9d bytes", read.bytes))
line("  its memory as an event graph, read for history alone", String(format: "%9d bytes", bytes))
for count in [1_000, 10_000, patches.count] {
  let stored = try StoredBytes(patches, end: sequential.end, savingEvery: count)
  line(
    "automerge-paper, every keystroke, saved every \(count)",
    "\(stored.log) bytes of log in \(stored.changes) changes, bundle \(stored.bundle), store \(stored.file) more than empty"
  )
}
