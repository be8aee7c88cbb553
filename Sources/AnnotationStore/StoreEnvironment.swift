import AnnotationModel
import Crypto
import Foundation

/// What a store takes from outside: the clock, randomness, and where the replica's keys are kept.
public struct StoreEnvironment: Sendable {
  /// Milliseconds since 1970 UTC.
  public var nowMilliseconds: @Sendable () -> Int64
  /// This many random bytes.
  public var randomBytes: @Sendable (Int) -> [UInt8]
  /// The user's state directory.
  public var stateDirectory: StateDirectory

  /// Makes an environment.
  public init(
    stateDirectory: StateDirectory,
    nowMilliseconds: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
    randomBytes: @escaping @Sendable (Int) -> [UInt8] = { count in
      // BoringSSL's generator, by way of a key: the standard library's makes a system call for each eight bytes.
      SymmetricKey(size: SymmetricKeySize(bitCount: 8 * count)).withUnsafeBytes { Array($0) }
    }
  ) {
    self.stateDirectory = stateDirectory
    self.nowMilliseconds = nowMilliseconds
    self.randomBytes = randomBytes
  }

  /// The environment of this process: its clock, and the state directory that its variables name.
  ///
  /// - Throws: ``StoreError/identity(_:)`` where neither `XDG_STATE_HOME` nor `HOME` says where that is.
  public static func process() throws(StoreError) -> StoreEnvironment {
    do throws(IdentityError) {
      return StoreEnvironment(stateDirectory: try StateDirectory(environment: ProcessInfo.processInfo.environment))
    } catch { throw .identity(error) }
  }

  func randomRecordID() -> RecordID { RecordID(uuidBytes: randomBytes(16), version: 4) ?? RecordID(derivedFrom: .null) }
}
