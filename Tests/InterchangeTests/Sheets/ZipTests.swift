import AnnotationStore
import Foundation
import Testing

@testable import Interchange

@Suite struct ZipTests {
  private static func archive(_ files: [(String, [UInt8])]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = ZipWriter { bytes += $0 }
    for (name, content) in files { try writer.add(name, content) }
    try writer.finish()
    return bytes
  }

  private func error(_ body: () throws(ArchiveError) -> Void) -> ArchiveError? {
    do throws(ArchiveError) {
      try body()
      return nil
    } catch { return error }
  }

  @Test func whatIsWrittenReads() throws {
    var generator = SeededGenerator(seed: 1)
    let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let files: [(String, [UInt8])] = [
      ("empty", []), ("a/ü.xml", Array("text".utf8)), ("noise", noise),
      ("long", Array(repeating: 0x61, count: 200_000)),
    ]
    let bytes = try Self.archive(files)
    #expect(try bytes == Self.archive(files))
    for comment in [[UInt8](), [UInt8](repeating: 0x20, count: 500)] {
      let reader = try ZipReader(bytes + comment)
      #expect(reader.names == ["a/ü.xml", "empty", "long", "noise"])
      for (name, content) in files { #expect(try reader.file(name) == content) }
      #expect(try reader.file("other") == nil)
    }
  }

  @Test func boundsAndDamageAreTold() throws {
    #expect(error { () throws(ArchiveError) in _ = try ZipReader([]) } == .notAnArchive)
    #expect(error { () throws(ArchiveError) in _ = try ZipReader([0xD0, 0xCF, 0x11, 0xE0, 0]) } == .oldOrEncrypted)
    let twice = try Self.archive([("a", [1]), ("a", [2])])
    #expect(
      error { () throws(ArchiveError) in _ = try ZipReader(twice) }
        == .damaged(file: "a", reason: "it stands there twice"))
    let many = try Self.archive((0...ZipReader.entryLimit).map { ("\($0)", []) })
    #expect(
      error { () throws(ArchiveError) in _ = try ZipReader(many) } == .beyondBounds("it holds more than 4096 files"))
    // A bomb says how large it is, and is not opened.
    let bomb = try ZipReader(Self.archive([("bomb", [UInt8](repeating: 0, count: 4 << 20))]))
    #expect(
      error { () throws(ArchiveError) in _ = try bomb.file("bomb") }
        == .beyondBounds("bomb is compressed more than 250 times, as no sheet is"))
    var lying = try Self.archive([("a", Array(repeating: 0x61, count: 1000))])
    let size = try #require(lying.lastIndex(of: 0x61)) - 46 + 24
    for (value, expected) in [
      (10, "its bytes are not those that were written"), (0xFFFF, "its bytes are not those that were written"),
    ] {
      (lying[size], lying[size + 1]) = (UInt8(value & 0xFF), UInt8(value >> 8))
      let reader = try ZipReader(lying)
      #expect(error { () throws(ArchiveError) in _ = try reader.file("a") } == .damaged(file: "a", reason: expected))
    }
    var huge = lying
    huge[size + 3] = 0x7F
    let reader = try ZipReader(huge)
    #expect(
      error { () throws(ArchiveError) in _ = try reader.file("a") } == .beyondBounds("a comes to more than 16 MiB"))
  }

  @Test func whateverIsChangedItEndsWithoutHarm() throws {
    let place = try Workplace()
    _ = try place.claim("LCN2 rises.", tags: ["a"])
    let sound = try Desk.export(place.store, as: .xlsx).bytes
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    var (refused, read) = (0, 0)
    for _ in 0..<400 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.removeLast(Int.random(in: 0..<min(bytes.count, 60), using: &generator))
        case 1: bytes.insert(0xFF, at: Int.random(in: 0..<bytes.count, using: &generator))
        default:
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      do {
        _ = try Workbook(bytes)
        read += 1
      } catch { refused += 1 }
    }
    #expect(refused > 200 && refused + read == 400, "seed \(seed)")
  }
}
