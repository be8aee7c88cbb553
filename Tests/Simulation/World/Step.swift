/// One thing that happens in a run, with the seed of everything that is random about it: so a step does the same
/// kind of thing whichever steps before it are left out.
public struct Step: Hashable, Sendable, CustomStringConvertible {
  /// What happens.
  public let action: Action
  /// Decides the rest.
  public let seed: UInt64

  /// The action and the seed, as a failing run prints them.
  public var description: String { "\(action.rawValue):\(String(seed, radix: 16))" }

  /// What can happen.
  public enum Action: String, CaseIterable, Sendable {
    /// Somebody edits, through the public API.
    case write
    /// Somebody edits, and the machine stops at some write or sync, or right after the commit.
    case writeAndStop
    /// Two stores merge, one way or both.
    case merge
    /// A merge is cut off at some message; packs are lost or come twice.
    case mergeCut
    /// A merge, and the machine stops at some write or sync.
    case mergeAndStop
    /// A bundle is made: whole, or thinned.
    case bundle
    /// Some bundle, old or new, is taken: whole, truncated or damaged.
    case apply
    /// The write-ahead log is moved into the file, and the machine may stop at that.
    case checkpoint
    /// A clock jumps, up to ten years either way.
    case clock
    /// A store is copied to another machine, with the keys of its user or without.
    case copy
    /// A backup is made.
    case backup
    /// A backup is put back in the place of the store.
    case restore
    /// A virtual machine is rolled back: store and keys.
    case rollBack
    /// A replica of a newer version wrote what this one does not know.
    case newer
    /// A store of the oldest version turns up, and is opened by this one.
    case older
    /// Everything derived is made anew, and must be what it was.
    case rebuild
    /// A store syncs with the shared folder, by a listing that may be old; it may be cut off at any file.
    case folder
    /// The same, and the machine stops at some write or sync of its store.
    case folderAndStop
    /// Something happens to a file in the shared folder: half copied, dropped, doubled, damaged, renamed, made whole.
    case folderFault
    /// A store syncs with the hub, over a wire that breaks after any byte, holds, loses, repeats and reorders what
    /// passes, while others go on.
    case hub
    /// The hub is wiped, set back to an older copy of its data, started anew, or gets what was lost or came already.
    case hubFault
  }

  private static let weights: [(Action, Int)] = [
    (.write, 46), (.writeAndStop, 9), (.merge, 12), (.mergeCut, 4), (.mergeAndStop, 5), (.bundle, 7), (.apply, 9),
    (.checkpoint, 2), (.clock, 2), (.copy, 2), (.backup, 3), (.restore, 2), (.rollBack, 2), (.newer, 4), (.older, 1),
    (.rebuild, 1), (.folder, 14), (.folderAndStop, 3), (.folderFault, 7),
  ]

  /// What happens too where there is a hub.
  private static let hubWeights: [(Action, Int)] = [(.hub, 30), (.hubFault, 9)]

  /// The steps of a run.
  public static func plan(seed: UInt64, withHub: Bool) -> [Step] {
    let weights = withHub ? weights + hubWeights : weights
    var random = SplitMix64(seed: seed)
    let total = weights.reduce(0) { $0 + $1.1 }
    return (0..<(12 + random.below(36))).map { _ in
      var left = random.below(total)
      let action = weights.first { entry in
        left -= entry.1
        return left < 0
      }
      return Step(action: action?.0 ?? .write, seed: random.next())
    }
  }
}
