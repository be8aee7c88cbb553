/// Tells BioC by how a file starts.
enum BioCDetection {
  /// Whether JSON is BioC's: by one of the keys that its collections and documents begin with.
  static func isJSON(_ start: [UInt8]) -> Bool {
    let head = Array(start.prefix(4096).filter { !isSpace($0) })
    let keys = ["bioctype", "PubTator3", "passages", "documents"].map { Array("\"\($0)\":".utf8) }
    return head.indices.contains { index in
      head[index] == UInt8(ascii: "\"") && keys.contains { head[index...].starts(with: $0) }
    }
  }

  /// Whether XML is BioC's: by its document type or its root.
  static func isXML(_ start: [UInt8]) -> Bool {
    let head = String(decoding: start.prefix(4096), as: UTF8.self)
    return ["<collection", "BioC.dtd"].contains { head.range(ofText: $0) != nil }
  }
}
