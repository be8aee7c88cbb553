import AnnotationStore
import ArgumentParser
import Interchange

/// `variorum formats`.
struct FormatsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "formats",
    abstract: "List the formats that can be imported and exported.",
    discussion: """
      Of each: its name for --format, whether it is read, written or both, what it holds, and what of a store it cannot \
      carry.

      EXAMPLE
        variorum formats
        variorum formats --json
      """)

  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    for format in Format.allCases {
      if console.isJSON { console.json(value(of: format)) } else { tell(format, console) }
    }
  }

  private func tell(_ format: Format, _ console: Console) {
    let direction =
      switch (format.isImported, format.isExported) {
      case (true, true): "in and out"
      case (true, false): "in"
      default: "out"
      }
    console.data("\(console.style(format.rawValue, .bold))  \(direction)")
    console.data("  \(format.summary)")
    if format.isExported { console.data("  " + console.style(format.losses.map { "lost: \($0)" } ?? "lossless", .dim)) }
  }

  private func value(of format: Format) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("format", .text(format.rawValue)), .init("name", .text(format.name)),
      .init("imports", .bool(format.isImported)), .init("exports", .bool(format.isExported)),
      .init("extensions", .array(format.extensions.map { .text($0) })), .init("holds", .text(format.summary)),
      .init("loses", format.losses.map { .text($0) } ?? .null),
    ])
  }
}
