/// Which packs of one writer are merged into larger ones (Schema/folder.md, "Merging").
///
/// Packs are in tiers by weight, each four times the one before. Where eight are in a tier they become one, which
/// may make eight in the next. So there are at most seven in each of five tiers, and what is large stays: every change
/// is written anew about five times in its life, and the number of files grows with the size divided by a mebibyte.
enum FolderTiers {
  /// As many in one tier are merged.
  static let fanIn = 8
  /// Below these a pack is in the first tier, the second and so on, in bytes; above the last it is left as it is.
  static let limits = [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]

  /// The packs that are to be merged with each other.
  ///
  /// - Parameter weights: of all packs of the writer that were not merged yet.
  /// - Returns: their places in `weights`, each in one group at most.
  static func groups(_ weights: [Int]) -> [[Int]] {
    var tiers = [[(members: [Int], weight: Int)]](repeating: [], count: limits.count)
    var groups: [[Int]] = []
    for (index, weight) in weights.enumerated() {
      if let tier = tier(of: weight) { tiers[tier].append(([index], weight)) }
    }
    for tier in tiers.indices where tiers[tier].count >= fanIn {
      let members = tiers[tier].flatMap(\.members)
      let weight = tiers[tier].reduce(0) { $0 + $1.weight }
      tiers[tier] = []
      // Eight tiny ones may still be tiny; then they stay here, as one.
      if let next = Self.tier(of: weight) { tiers[next].append((members, weight)) } else { groups.append(members) }
    }
    return groups + tiers.joined().map(\.members).filter { $0.count > 1 }
  }

  private static func tier(of weight: Int) -> Int? { limits.firstIndex { weight < $0 } }
}
