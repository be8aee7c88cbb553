import NIOConcurrencyHelpers

/// A number of places of which each taker gets one until it lets go of it.
final class Places: Sendable {
  private let limit: Int
  private let taken = NIOLockedValueBox(0)

  init(_ limit: Int) { self.limit = limit }

  /// How many are taken.
  var count: Int { taken.withLockedValue { $0 } }

  /// A place that is free again when nothing holds it any more; `nil` where there is none.
  func take() -> Place? {
    let isFree = taken.withLockedValue { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
    return isFree ? Place(self) : nil
  }

  fileprivate func free() { taken.withLockedValue { $0 -= 1 } }

  /// One place.
  final class Place: Sendable {
    private let places: Places
    private let isFree = NIOLockedValueBox(false)

    fileprivate init(_ places: Places) { self.places = places }

    deinit { free() }

    /// Lets go of it; once is enough.
    func free() {
      let wasFree = isFree.withLockedValue { isFree in
        defer { isFree = true }
        return isFree
      }
      if !wasFree { places.free() }
    }
  }
}
