import AnnotationStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SyncProtocol

/// Why a request was not done, as its client is told (RFC 9457). Nothing was changed by it.
struct Problem: Error, Hashable {
  /// The media type that it is sent as.
  static let mediaType = "application/problem+json"

  var status: HTTPResponse.Status
  /// A word for programs: the end of the problem's `type`.
  var kind: String
  /// What is wrong, for people; never what a record says, nor a secret.
  var detail: String
  /// Headers that belong to the status.
  var headers: [HTTPField] = []

  init(_ status: HTTPResponse.Status, _ kind: String, _ detail: String, headers: [HTTPField] = []) {
    self.status = status
    self.kind = kind
    self.detail = detail
    self.headers = headers
  }

  /// The problem that an error of the hub's own makes.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as SyncError: self.init(error)
    case let error as PackError: self.init(.unprocessableContent, "malformed-pack", "a pack cannot be opened: \(error)")
    case StoreError.diskFull: self = Self.full
    case IdentityError.cannot(_, _, let code) where DiskRoom.isLacking(code): self = Self.full
    case StoreError.identity(.cannot(_, _, let code)) where DiskRoom.isLacking(code): self = Self.full
    case let error as CocoaError where error.code == .fileWriteOutOfSpace: self = Self.full
    case StoreError.busy:
      self.init(
        .serviceUnavailable, "busy", "another program keeps the store locked", headers: [Self.retryAfter(seconds: 5)])
    case IdentityError.cannot(_, _, let code) where Descriptors.isLacking(code): self = Self.noDescriptors
    case StoreError.identity(.cannot(_, _, let code)) where Descriptors.isLacking(code): self = Self.noDescriptors
    default:
      self =
        Descriptors.areUsedUp
        ? Self.noDescriptors : Problem(.internalServerError, "internal", "the hub failed; its log has the reason")
    }
  }

  private static let noDescriptors = Problem(
    .serviceUnavailable, "busy", "the hub has as many files open as it may", headers: [retryAfter(seconds: 5)])

  private init(_ error: SyncError) {
    switch error {
    case .version(let version):
      self.init(
        .badRequest, "version",
        "the hub speaks version \(SyncMessage.version) of the sync protocol, and this was version \(version)")
    case .tooLarge: self.init(.contentTooLarge, "too-large", "\(error)")
    case .otherStore(let here, let there):
      self.init(.conflict, "other-store", "the address names store \(here), and the message store \(there)")
    default: self.init(.badRequest, "malformed", "\(error)")
    }
  }

  private static let full = Problem(
    .init(code: 507, reasonPhrase: "Insufficient Storage"), "disk-full", "the hub's disk is full; nothing was written")

  static func retryAfter(seconds: Int) -> HTTPField { HTTPField(name: .retryAfter, value: "\(seconds)") }

  /// Whether the hub itself is at fault, so that its log should say more.
  var isInternal: Bool { status.code >= 500 }

  /// The body.
  func json(request: String) -> String {
    JSONText.write(
      .map([
        .init("type", .text("urn:variorum:problem:\(kind)")), .init("title", .text(status.reasonPhrase)),
        .init("status", .int(Int64(status.code))), .init("detail", .text(detail)), .init("request", .text(request)),
      ]))
  }
}
