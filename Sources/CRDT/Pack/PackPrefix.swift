/// The beginning of a header, which a pack leaves out, as all of it can be told from the run: keys 0 to 4.
struct PackPrefix {
  private let constant: [UInt8]

  init(store: StoreID, replica: ReplicaID) {
    var encoder = CBOREncoder()
    encoder.write(key: HeaderKey.version) { $0.write(unsigned: Change.formatVersion) }
    encoder.write(key: HeaderKey.store) { $0.write(bytes: store.bytes) }
    encoder.write(key: HeaderKey.replica) { $0.write(bytes: replica.bytes) }
    constant = encoder.bytes
  }

  /// How many entries of the header's map it is.
  static func entryCount(after last: (id: ChangeID, sequence: UInt64)?) -> UInt64 { last == nil ? 4 : 5 }

  /// Writes the entries of the change that follows `last`.
  func write(after last: (id: ChangeID, sequence: UInt64)?, to encoder: inout CBOREncoder) {
    encoder.append(encoded: constant)
    encoder.write(key: HeaderKey.sequence) { $0.write(unsigned: (last?.sequence ?? 0) + 1) }
    if let last { encoder.write(key: HeaderKey.previous) { $0.write(bytes: last.id.bytes) } }
  }
}
