import AnnotationStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SyncTransports

extension Exchange {
  /// The list of the packs for a new replica.
  func packs(_ served: ServedStore) async throws -> Answer {
    let list = try await served.packs.packs(of: served)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Answer(type: Self.json, bytes: Array(try encoder.encode(list)))
  }

  /// A pack, or the part of it that is asked for (RFC 9110 §14).
  func pack(_ hash: PackHash, _ served: ServedStore) async throws -> Answer {
    guard let place = core.downloads.take() else {
      throw Problem(
        .serviceUnavailable, "busy", "as many packs are being fetched as the hub takes",
        headers: [Problem.retryAfter(seconds: 5)])
    }
    let packs = served.packs
    guard let file = try await core.threads.runIfActive({ try packs.file(of: hash) }) else {
      throw Problem(.notFound, "no-pack", "the hub has no such pack; its list of packs may have changed")
    }
    let tag = "\"\(hash.hex)\""
    var headers: HTTPFields = [
      .acceptRanges: "bytes", .eTag: tag, .cacheControl: "private, max-age=31536000, immutable",
    ]
    // A range of another version of it would be of no use; there never is one, but a client may not know that.
    let ranges = request.headers[.ifRange].map { $0 == tag } ?? true
    guard ranges, let text = request.headers[.range], let wanted = ByteRange(text) else {
      var answer = sending(file, 0..<file.byteCount, place)
      answer.headers = headers
      return answer
    }
    guard let range = wanted.resolved(in: file.byteCount) else {
      throw Problem(
        .rangeNotSatisfiable, "range", "the pack has \(file.byteCount) bytes",
        headers: [HTTPField(name: .contentRange, value: "bytes */\(file.byteCount)")])
    }
    headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.byteCount)"
    var answer = sending(file, range, place)
    answer.status = .partialContent
    answer.headers = headers
    return answer
  }

  /// Sends a part of a file as it is read, so that a client who is slow keeps no more of it in memory than a piece.
  private func sending(_ file: PackFile, _ range: Range<Int>, _ place: Places.Place) -> Answer {
    // The place is taken until it is sent, or its client is gone.
    Answer(type: Self.packType, byteCount: range.count) { [threads = core.threads, place] writer in
      var offset = range.lowerBound
      while offset < range.upperBound {
        let (start, count) = (offset, min(PackFile.pieceBytes, range.upperBound - offset))
        let piece = try await threads.runIfActive { try file.read(at: start, count: count) }
        try await writer.write(ByteBuffer(bytes: piece))
        offset += count
      }
      place.free()
    }
  }

  private static let packType = "application/vnd.variorum.pack"
}

/// One range of bytes, as a `Range` header asks for it.
struct ByteRange: Hashable {
  private var first: Int?
  private var last: Int?

  /// Reads `bytes=A-B`, `bytes=A-` or `bytes=-N`; `nil` for anything else, several ranges included, which a server may
  /// ignore.
  init?(_ text: String) {
    guard text.hasPrefix("bytes=") else { return nil }
    let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    first = Int(parts[0])
    last = Int(parts[1])
    guard first != nil || last != nil, parts[0].isEmpty == (first == nil), parts[1].isEmpty == (last == nil) else {
      return nil
    }
    if let first, let last, last < first { return nil }
  }

  /// The bytes that are meant; `nil` where there are none.
  func resolved(in count: Int) -> Range<Int>? {
    guard let first else {
      let length = min(last ?? 0, count)
      return length > 0 ? count - length..<count : nil
    }
    guard first < count else { return nil }
    return first..<min(count, (last ?? count - 1) + 1)
  }
}
