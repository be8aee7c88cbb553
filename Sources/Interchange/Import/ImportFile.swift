/// A file to import, which comes in pieces so that its size does not matter.
public struct ImportFile {
  /// The size of a piece that suits reading from disk: 64 KiB.
  public static let pieceSize = 64 << 10

  /// Its path, or another name that messages call it by.
  public let name: String
  /// The format, where it is not to be told from the name and the content.
  public let format: Format?
  /// The next piece, nil at the end.
  let read: () throws -> [UInt8]?

  /// Names a file and where its pieces come from.
  ///
  /// `read` is called while the store is locked for writing: it should not wait for a person or a network.
  public init(name: String, format: Format? = nil, read: @escaping () throws -> [UInt8]?) {
    self.name = name
    self.format = format
    self.read = read
  }

  /// Names a file whose bytes are at hand.
  public init(name: String, format: Format? = nil, bytes: [UInt8]) {
    var rest: [UInt8]? = bytes
    self.init(name: name, format: format) {
      defer { rest = nil }
      return rest
    }
  }
}
