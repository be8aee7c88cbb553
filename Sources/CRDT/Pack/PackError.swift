/// Why a pack is refused as a whole, or cannot be written (Schema/pack.md).
public enum PackError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes do not begin as a pack does, or are cut off or spoiled there, as by a transfer in text mode.
  case notAPack
  /// The version of the format is not one that this code reads.
  case version(UInt8)
  /// More than the limit, named in words.
  case tooLarge(String)
  /// The bytes do not have the hash that the head states.
  case hash
  /// The pack belongs to another store.
  case otherStore(StoreID)
  /// The payload cannot be decompressed to the length that the head states.
  case compression
  /// The contents are not what the format says, from this byte of them on.
  case contents(offset: Int, String)
  /// A change does not go where it is to be written, or is not one that was ever verified.
  case unfit(ChangeID, String)

  /// Whether the pack is of a newer version, and so nothing is known to be wrong with it.
  public var isNewer: Bool { if case .version(let version) = self { version > PackHead.formatVersion } else { false } }

  /// The reason in one line.
  public var description: String {
    switch self {
    case .notAPack: "it is not a pack, or its beginning is damaged"
    case .version(let version): "format version \(version) of packs is not known here; a newer variorum may read it"
    case .tooLarge(let what): "\(what) is over the limit"
    case .hash: "it is damaged or incomplete: its bytes do not have the hash that it states"
    case .otherStore(let store): "it belongs to store \(store)"
    case .compression: "its payload cannot be decompressed to the length that it states"
    case .contents(let offset, let what): "its contents are malformed: \(what), at byte \(offset)"
    case .unfit(let id, let what): "change \(id) cannot be packed: \(what)"
    }
  }
}
