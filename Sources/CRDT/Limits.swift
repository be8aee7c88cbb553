/// What is refused for its size; the same at every replica (Schema/change.cddl).
public enum Limits {
  /// One change, in bytes: its header and the most that its body can come to take (``EncodedChange/countedBytes``).
  public static let changeBytes = 2 << 20
  /// Ops in one change.
  public static let opsInChange = 65_536
  /// Changes that one change can name: its deps, and those that its ops name.
  public static let namedChanges = 65_536
  /// A kind's or a field's wire name, in UTF-8 bytes.
  public static let nameBytes = 64
  /// An element of a set, in UTF-8 bytes.
  public static let elementBytes = 1_024
  /// Changes that one seal closes, in bytes counted the same way.
  public static let sealedBytes = 2 << 20
  /// Integers that state times, positions and sequence numbers: 2^53 − 1, so that any language can hold them.
  public static let integer: Int64 = (1 << 53) - 1
}
