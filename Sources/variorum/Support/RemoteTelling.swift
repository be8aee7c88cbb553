import AnnotationStore
import SyncProtocol
import SyncTransports

/// Tells of remotes, and of what was exchanged with one.
struct RemoteTelling {
  let console: Console
  private static let limit = 10

  /// The receipt of a sync, with what there is to say of the remote itself.
  func put(_ receipt: RemoteReceipt, of remote: Remote, _ direction: SyncDirection) {
    for notice in receipt.notices { console.notice(notice) }
    let exchange = ExchangeReceipt(receipt, direction: direction)
    if console.isJSON {
      return console.json(
        .map(
          Self.entries(remote) + ReceiptTelling.entries(exchange) + [.init("findings", Self.value(receipt.findings))])
      )
    }
    put(receipt.findings)
    ReceiptTelling(console: console, other: Self.other(remote)).put(exchange)
  }

  /// What a sync would do.
  func put(_ preview: RemotePreview, of remote: Remote, _ direction: SyncDirection, _ store: Store) throws {
    if console.isJSON {
      guard case .map(let entries) = PreviewTelling.value(preview.incoming) else { return }
      return console.json(
        .map(
          Self.entries(remote) + entries.filter { $0.key != "schema" } + [
            .init("sending", .map([.init("changes", .int(Int64(preview.outgoing)))])),
            .init("findings", Self.value(preview.findings)),
          ]))
    }
    put(preview.findings)
    if direction.pulls { try PreviewTelling(console: console, store: store).put(preview.incoming) }
    guard direction.pushes else { return }
    let count = preview.outgoing
    Card(console).field("Would go", count == 0 ? "nothing new" : ReceiptTelling.counted(count, "change"))
  }

  /// The line that stands before what is told of one remote among several.
  func heading(_ remote: Remote) {
    if !console.isJSON { console.data("\(console.style(remote.name, .bold))  \(remote.address)") }
  }

  private func put(_ findings: [RemoteReceipt.Finding]) {
    for finding in findings.prefix(Self.limit) { console.notice("\(finding.path) \(finding.what)") }
    if findings.count > Self.limit {
      console.notice("\(findings.count - Self.limit) more like these (--json lists them)")
    }
  }

  /// What the other side is called.
  static func other(_ remote: Remote) -> String {
    switch remote.address {
    case .folder: "the folder"
    case .hub: "the hub"
    }
  }

  /// A remote as the entries of an object.
  static func entries(_ remote: Remote) -> [CBORValue.Entry] {
    [
      .init("schema", .int(1)), .init("remote", .text(remote.name)), .init("kind", .text(remote.address.kind)),
      .init("address", .text(remote.address.description)),
    ]
  }

  private static func value(_ findings: [RemoteReceipt.Finding]) -> CBORValue {
    .array(findings.map { .map([.init("path", .text($0.path)), .init("what", .text($0.what))]) })
  }
}
