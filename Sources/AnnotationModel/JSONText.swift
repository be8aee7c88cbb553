/// Writes values as JSON (RFC 8259): what is put out is the same for the same value, keys in the order given.
public enum JSONText {
  /// The JSON text of a value; 16-byte strings are written as UUIDs, others in hexadecimal.
  public static func write(_ value: CBORValue) -> String {
    var out: [UInt8] = []
    append(value, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static func append(_ value: CBORValue, to out: inout [UInt8]) {
    switch value {
    case .null: out += "null".utf8
    case .bool(let bool): out += (bool ? "true" : "false").utf8
    case .int(let int): out += String(int).utf8
    case .bytes(let bytes): append(text: RecordID(bytes)?.description ?? hexadecimal(bytes), to: &out)
    case .text(let text): append(text: text, to: &out)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(item, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .map(let entries):
      out.append(UInt8(ascii: "{"))
      for (index, entry) in entries.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(text: entry.key, to: &out)
        out.append(UInt8(ascii: ":"))
        append(entry.value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static func append(text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): out += "\\\"".utf8
      case UInt8(ascii: "\\"): out += "\\\\".utf8
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0..<0x20:
        out += "\\u00".utf8
        out += hexadecimal([byte]).utf8
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}
