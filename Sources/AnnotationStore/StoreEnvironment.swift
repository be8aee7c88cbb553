import AnnotationModel
import Foundation

/// What a store takes from outside: the clock, randomness, and where the replica's keys are kept.
public struct StoreEnvironment: Sendable {
  /// Milliseconds since 1970 UTC.
  public var nowMilliseconds: @Sendable () -> Int64
  /// This many random bytes.
  public var randomBytes: @Sendable (Int) -> [UInt8]
  /// The user's state directory.
  public var stateDirectory: StateDirectory

  /// Makes an environment; its random bytes are those of the system where none are given.
  public init(
    stateDirectory: StateDirectory,
    nowMilliseconds: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
    randomBytes: (@Sendable (Int) -> [UInt8])? = nil
  ) {
    self.stateDirectory = stateDirectory
    self.nowMilliseconds = nowMilliseconds
    self.randomBytes = randomBytes ?? Self.systemRandomBytes
  }

  /// The environment of this process: its clock, and the state directory that its variables name.
  ///
  /// - Throws: ``StoreError/identity(_:)`` where neither `XDG_STATE_HOME` nor `HOME` says where that is.
  public static func process() throws(StoreError) -> StoreEnvironment {
    do throws(IdentityError) {
      return StoreEnvironment(stateDirectory: try StateDirectory(environment: ProcessInfo.processInfo.environment))
    } catch { throw .identity(error) }
  }

  /// Random bytes of the system, many in one call: the standard library's generator makes one for each eight.
  @Sendable private static func systemRandomBytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let part = min(256, count - filled)
        // It fails for more than 256 bytes only.
        if getentropy(buffer.baseAddress.map { $0 + filled }, part) == 0 { filled += part }
      }
    }
  }
}

/// Random bytes drawn in advance, so that a transaction that makes many records asks the system seldom.
struct RandomPool {
  private let draw: @Sendable (Int) -> [UInt8]
  private var pool: ArraySlice<UInt8> = []
  private var size = 32

  init(_ environment: StoreEnvironment) { draw = environment.randomBytes }

  mutating func bytes(_ count: Int) -> [UInt8] {
    if pool.count < count {
      pool = draw(max(count, size))[...]
      size = min(4096, 2 * size)
    }
    defer { pool.removeFirst(count) }
    return Array(pool.prefix(count))
  }

  mutating func recordID() -> RecordID {
    RecordID(uuidBytes: bytes(16), version: 4) ?? RecordID(derivedFrom: .null)
  }
}
