import AnnotationModel

/// The items of an exported log: a CBOR sequence that any CBOR library reads (Schema/change.cddl, `log-export`).
enum LogExport {
  /// The first item.
  static func head(store: StoreID) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.writeMapHead(count: 3)
    encoder.write(unsigned: 0)
    encoder.write(text: "variorum-log")
    encoder.write(unsigned: 1)
    encoder.write(unsigned: Change.formatVersion)
    encoder.write(unsigned: 2)
    encoder.write(bytes: store.bytes)
    return encoder.bytes
  }

  /// One change.
  static func item(_ change: EncodedChange, seal: Seal?) -> [UInt8] {
    var encoder = CBOREncoder(reservingCapacity: change.byteCount + 96)
    encoder.writeMapHead(count: 1 + (change.body == nil ? 0 : 1) + (seal == nil ? 0 : 1))
    encoder.write(unsigned: 0)
    encoder.write(bytes: change.header)
    if let body = change.body {
      encoder.write(unsigned: 1)
      encoder.write(bytes: body)
    }
    if let seal {
      encoder.write(unsigned: 2)
      encoder.write(bytes: seal.bytes)
    }
    return encoder.bytes
  }
}
