import AnnotationStore
import ArgumentParser
import SyncTransports

/// `variorum merge`.
struct MergeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Take in what another replica of this store has and this one lacks.",
    discussion: """
      The other one is a store.sqlite, or a directory that has one; it is only read, unless --both gives it what it \
      lacks as well. Nothing is overwritten: where two people wrote different things into the same place both stay, as \
      a conflict, until somebody decides. A merge that was interrupted is finished by running it again. The exit code \
      is 1 where changes were refused.

      EXAMPLE
        variorum merge ../ben
        variorum merge /media/usb/lcn2/.variorum/store.sqlite --both
        variorum merge ../ben --dry-run
      """)

  @Argument(
    help: ArgumentHelp("The other store: a store.sqlite, or a directory that has one.", valueName: "other"),
    completion: .file())
  var other: String
  @Flag(help: "Give the other store what it lacks, too.")
  var both = false
  @Flag(help: "Tell what would come, and write nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    if both, dryRun {
      throw CLIError.usage("--dry-run looks one way (give it without --both, or from the other store)")
    }
    let store = try global.openStore()
    let other = try OtherStore.open(other, beside: store, readOnly: !both)
    guard store.id == other.id else { throw StoreError.otherStore(other.id, is: store.id) }
    if dryRun { return try rehearse(other, store, console) }
    let bar = console.progress(total: 1, what: "merged")
    defer { bar.finish() }
    let receipt = try DirectMerge.merge(other, into: store, both: both) { bar.update($0, of: $1) }
    bar.finish()
    for notice in receipt.notices { console.notice(notice) }
    let exchange = ExchangeReceipt(receipt)
    if console.isJSON {
      console.json(.map([.init("schema", .int(1))] + ReceiptTelling.entries(exchange)))
    } else {
      ReceiptTelling(console: console, other: "the other store").put(exchange)
      try hint(exchange, store, console)
    }
    try ReceiptTelling.check(exchange)
  }

  private func rehearse(_ other: Store, _ store: Store, _ console: Console) throws {
    let preview = try DirectMerge.rehearse(other, into: store)
    if console.isJSON {
      console.json(PreviewTelling.value(preview))
    } else {
      try PreviewTelling(console: console, store: store).put(preview)
      console.hint("variorum merge \(ShellWord.quoted(self.other)) takes it in")
    }
    try ReceiptTelling.check(preview)
  }

  private func hint(_ receipt: ExchangeReceipt, _ store: Store, _ console: Console) throws {
    if receipt.report.conflictsOpened > 0 { try console.hintAtConflicts(of: store) }
    if receipt.lackingThere > 0 {
      console.hint("variorum merge \(ShellWord.quoted(other)) --both gives the other store what it lacks")
    }
  }
}
