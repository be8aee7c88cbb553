import AnnotationModel

extension ConflictDetail {
  /// The conflict for scripts, under the names that the command line and the hub put out.
  public var value: CBORValue {
    .map(
      [
        .init("schema", .int(1)), .init("record", .bytes(record.id.bytes)), .init("kind", .text(record.kind.rawValue)),
        .init("field", .text(field)), .init("type", .text(type.rawValue)),
        .init("base", base?.content?.value ?? .null), .init("values", .array(values.map(Self.value))),
      ]
        + (merge.map {
          [.init("merged", .text($0.text)), .init("contentions", .array($0.contentions.map(Self.value)))]
        } ?? [])
        + [.init("digest", .text(digest))])
  }

  private static func value(_ contention: ProseContention) -> CBORValue {
    .map([
      .init("start", .int(Int64(contention.range.lowerBound))), .init("end", .int(Int64(contention.range.upperBound))),
      .init("base", .text(contention.base)), .init("merged", .text(contention.merged)),
      .init(
        "sides",
        .array(
          contention.sides.map {
            .map([.init("number", .int(Int64($0.index + 1))), .init("text", .text($0.text))])
          })),
    ])
  }

  private static func value(_ reading: FieldReading) -> CBORValue {
    var entries: [CBORValue.Entry] = [
      .init("value", reading.content?.value ?? .null), .init("curator", .bytes(reading.curator.bytes)),
      .init("replica", .bytes(reading.replica.bytes)), .init("at", .int(reading.atMilliseconds)),
      .init("change", .bytes(reading.change.bytes)),
    ]
    entries += reading.deed?.entries ?? []
    if !reading.alsoBy.isEmpty { entries.append(.init("also", .array(reading.alsoBy.map { .bytes($0.bytes) }))) }
    if reading.isErased { entries.append(.init("erased", .bool(true))) }
    return .map(entries)
  }
}
