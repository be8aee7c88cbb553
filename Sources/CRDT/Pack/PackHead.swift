/// The role of a ``PackHash``.
public enum PackRole {}
/// The hash of a pack's bytes, which names it.
public typealias PackHash = Bytes32<PackRole>

/// What stands before the compressed contents of a pack (Schema/pack.md, "The container"): enough to tell whether the
/// pack is whole and whose it is, without decompressing anything.
public struct PackHead: Hashable, Sendable {
  /// The version of the format that this code writes and reads.
  public static let formatVersion: UInt8 = 1
  /// Length of the head, in bytes.
  public static let byteCount = 61

  /// The store that the pack's changes belong to.
  public let store: StoreID
  /// SHA-256 of the pack's bytes, but for those that state it.
  public let hash: PackHash
  /// Length of the contents before compression, in bytes; at most ``Pack/maximumContentBytes``.
  public let contentBytes: Int

  /// Begins with a byte that is not ASCII, and has line ends of both kinds and the end-of-file mark of DOS, so that a
  /// transfer in text mode spoils it; after PNG.
  private static let magic: [UInt8] = [0x89] + Array("VPK\r\n".utf8) + [0x1A, 0x0A]
  private static let hashRange = 25..<57

  /// Reads the head of a pack, and checks that the pack is whole.
  ///
  /// - Throws: ``PackError`` for anything but malformed contents, which are not looked at.
  public init(checking bytes: [UInt8]) throws(PackError) {
    guard bytes.starts(with: Self.magic), bytes.count > Self.magic.count else { throw .notAPack }
    let version = bytes[Self.magic.count]
    guard version == Self.formatVersion else { throw .version(version) }
    guard bytes.count >= Self.byteCount else { throw .notAPack }
    guard bytes.count - Self.byteCount <= Pack.maximumBytes else { throw .tooLarge("the pack") }
    guard let store = StoreID(Array(bytes[9..<25])), let hash = PackHash(Array(bytes[Self.hashRange])),
      hash == Self.hash(of: bytes)
    else { throw .hash }
    contentBytes = bytes[57..<61].reduce(0) { $0 << 8 | Int($1) }
    guard contentBytes <= Pack.maximumContentBytes else { throw .tooLarge("the length of the contents") }
    self.store = store
    self.hash = hash
  }

  /// The length of the contents that bytes state which may be a pack: what opening them takes, if it is true.
  package static func statedContentBytes(_ bytes: [UInt8]) -> Int {
    bytes.count < byteCount ? 0 : bytes[57..<61].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Puts a head before compressed contents.
  static func pack(_ payload: [UInt8], store: StoreID, contentBytes: Int) -> (bytes: [UInt8], hash: PackHash) {
    var bytes = magic + [formatVersion] + store.bytes + [UInt8](repeating: 0, count: hashRange.count)
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: contentBytes >> shift)) }
    bytes += payload
    let hash = hash(of: bytes)
    bytes.replaceSubrange(hashRange, with: hash.bytes)
    return (bytes, hash)
  }

  private static func hash(of bytes: [UInt8]) -> PackHash {
    PackHash(sha256(Array(bytes[..<hashRange.lowerBound]), Array(bytes[hashRange.upperBound...])))
  }
}
