/// How much one message may hold, so that nobody has to believe what the other side says about sizes.
public enum SyncLimits {
  /// A pack, in bytes: 4 MiB and its head.
  public static let packBytes = (4 << 20) + 4_096
  /// Any message, encoded, in bytes; holds ``idsInMessage`` whatever logs they are of.
  public static let messageBytes = 32 << 20
  /// A message that carries neither ids nor a pack, as a hello and the end of the packs, encoded, in bytes.
  public static let smallMessageBytes = 1_024
  /// Ids of changes in one state or want.
  public static let idsInMessage = 1 << 18
  /// Ids in the locator of one log. A log of 2^53 changes that never forked needs 55.
  public static let idsInLocator = 1_024
  /// The reason of a refusal or failure, in bytes of UTF-8.
  public static let reasonBytes = 1_024
}
