/// Reads files out of a ZIP archive that is held in memory, by its central directory.
///
/// Names are keys and nothing else: nothing is ever written where they say. Before a file is decompressed its size is
/// known and bounded, and its checksum is compared afterwards.
struct ZipReader {
  private struct Entry {
    var method: Int
    var checksum: UInt32
    var compressed: Int
    var size: Int
    var offset: Int
  }

  /// The most files that an archive may hold.
  static let entryLimit = 4096
  /// The most bytes that a file may come to: 256 MiB.
  static let sizeLimit = 256 << 20
  /// The most bytes that a file of a small archive may come to: so many, and the archive's own so many times.
  static let (smallLimit, growthLimit) = (16 << 20, 40)
  /// The most by which deflate may have made a file of more than 1 MiB smaller; XML comes to some 20.
  static let ratioLimit = 250

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  /// Reads the directory.
  init(_ bytes: [UInt8]) throws(ArchiveError) {
    self.bytes = bytes
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw .oldOrEncrypted }
    guard let end = Self.end(of: bytes) else { throw .notAnArchive }
    let count = Int(Self.little16(bytes, end + 10))
    let start = Int(Self.little32(bytes, end + 16))
    guard count <= Self.entryLimit else { throw .beyondBounds("it holds more than \(Self.entryLimit) files") }
    var position = start
    for _ in 0..<count {
      guard position + 46 <= end, Self.little32(bytes, position) == 0x0201_4B50 else { throw .notAnArchive }
      let nameLength = Int(Self.little16(bytes, position + 28))
      let rest = Int(Self.little16(bytes, position + 30)) + Int(Self.little16(bytes, position + 32))
      guard position + 46 + nameLength + rest <= end else { throw .notAnArchive }
      let name = String(decoding: bytes[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self)
      guard Self.little16(bytes, position + 8) & 1 == 0 else { throw .oldOrEncrypted }
      let entry = Entry(
        method: Int(Self.little16(bytes, position + 10)), checksum: Self.little32(bytes, position + 16),
        compressed: Int(Self.little32(bytes, position + 20)), size: Int(Self.little32(bytes, position + 24)),
        offset: Int(Self.little32(bytes, position + 42)))
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw .damaged(file: name, reason: "it stands there twice")
      }
      position += 46 + nameLength + rest
    }
  }

  /// The names of the files, sorted.
  var names: [String] { entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

  /// A file, decompressed; `nil` where there is none of this name.
  func file(_ name: String) throws(ArchiveError) -> [UInt8]? {
    guard let entry = entries[name] else { return nil }
    let limit = min(Self.sizeLimit, Self.smallLimit + Self.growthLimit * bytes.count)
    guard entry.size <= limit else { throw .beyondBounds("\(name) comes to more than \(limit >> 20) MiB") }
    guard entry.size <= 1 << 20 || entry.size / Self.ratioLimit <= entry.compressed else {
      throw .beyondBounds("\(name) is compressed more than \(Self.ratioLimit) times, as no sheet is")
    }
    let offset = entry.offset
    guard offset + 30 <= bytes.count, Self.little32(bytes, offset) == 0x0403_4B50 else {
      throw .damaged(file: name, reason: "it does not stand where the archive says")
    }
    let start = offset + 30 + Int(Self.little16(bytes, offset + 26)) + Int(Self.little16(bytes, offset + 28))
    guard start + entry.compressed <= bytes.count else { throw .damaged(file: name, reason: "it is cut off") }
    let stored = bytes[start..<(start + entry.compressed)]
    let found: [UInt8]?
    switch entry.method {
    case 0: found = entry.compressed == entry.size ? Array(stored) : nil
    case 8: found = Inflate.decompress(stored, count: entry.size)
    default: throw .damaged(file: name, reason: "it is compressed by method \(entry.method), which is not deflate")
    }
    guard let found, CRC32.update(0, found) == entry.checksum else {
      throw .damaged(file: name, reason: "its bytes are not those that were written")
    }
    return found
  }

  /// Where the record that ends the archive begins: the last one, for a comment may follow it.
  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 22 else { return nil }
    let first = max(0, bytes.count - 22 - Int(UInt16.max))
    return stride(from: bytes.count - 22, through: first, by: -1).first { position in
      little32(bytes, position) == 0x0605_4B50 && Int(little32(bytes, position + 16)) <= position
    }
  }

  private static func little16(_ bytes: [UInt8], _ position: Int) -> UInt16 {
    UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
  }

  private static func little32(_ bytes: [UInt8], _ position: Int) -> UInt32 {
    UInt32(little16(bytes, position)) | UInt32(little16(bytes, position + 2)) << 16
  }
}
