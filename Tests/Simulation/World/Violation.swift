/// Something that must never be, and was.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  /// What.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// - Throws: a ``Violation`` where the condition does not hold.
func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
  if !condition { throw Violation(text()) }
}
