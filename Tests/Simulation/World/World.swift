import AnnotationStore
import CFaultyDisk
import Foundation

/// All machines of one run: replicas of one store, the bundles between them, and their backups.
final class World {
  /// A bundle that lies around.
  struct Bundle {
    let path: String
    /// Its place among all, from 0.
    let number: Int
  }

  /// No run has more machines than this.
  static let siteLimit = 6

  let root: String
  let storeID: StoreID
  /// What is random about the step that is done.
  var random = SplitMix64(seed: 0)
  var sites: [Site] = []
  var bundles: [Bundle] = []
  /// The numbers of the bundles that each site has taken whole.
  var taken: [Int: Set<Int>] = [:]
  var snapshots: [Snapshot] = []
  var newer: NewerReplica
  /// What the machines share, with what happened to it.
  let folder: RogueFolder
  /// Where they meet too, in some runs.
  let hub: RogueHub
  var tally = Tally()
  /// Texts that somebody opened in an editor, by the replica that they will be written by.
  var seenTexts: [(replica: ReplicaID, version: ProseVersion)] = []
  private var fileNumber = 0

  /// Makes the stores of a run below `root`, which must not exist.
  init(seed: UInt64, root: String) throws {
    self.root = root
    random = SplitMix64(seed: seed ^ 0x57_4F52_4C44)
    guard let storeID = StoreID(uuidBytes: random.bytes(16), version: 4) else { throw Violation("no store id") }
    self.storeID = storeID
    newer = try NewerReplica(store: storeID, key: random.bytes(32))
    guard faulty_disk_register() == 0 else { throw Violation("the file layer cannot be registered") }
    folder = RogueFolder("\(root)/shared")
    // Beside the machines, and not below a path that begins as theirs do: their disk fails, and the hub's does not.
    let place = URL(fileURLWithPath: root)
    hub = RogueHub(place.deletingLastPathComponent().path + "/hub-of-" + place.lastPathComponent)
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    faulty_disk_begin(root)
    for _ in 0..<(2 + random.below(3)) {
      let site = newSite()
      site.machine.random = SplitMix64(seed: random.next())
      site.machine.offsetMilliseconds = Int64(random.below(20_000)) - 10_000
      let store = try Store.create(at: site.path, environment: site.environment, replicaOf: storeID)
      site.adopt(store)
      try becomeCurator(site, store)
    }
  }

  /// Closes all stores and removes all files.
  func end() {
    closeAll()
    faulty_disk_begin(nil)
    endHub()
    try? FileManager.default.removeItem(atPath: root)
  }

  func newSite() -> Site {
    let site = Site(index: sites.count, root: root)
    sites.append(site)
    return site
  }

  func newPath(_ kind: String) -> String {
    fileNumber += 1
    return "\(root)/\(fileNumber).\(kind)"
  }

  func closeAll() { for site in sites { site.close() } }

  func pickSite() -> Site { sites[random.below(sites.count)] }

  /// Two sites, not the same.
  func pickTwo() -> (Site, Site) {
    let first = random.below(sites.count)
    let second = (first + 1 + random.below(sites.count - 1)) % sites.count
    return (sites[first], sites[second])
  }

  /// Does a step.
  ///
  /// - Throws: ``Violation``, or an error that no store should have thrown.
  func perform(_ step: Step) throws {
    random = SplitMix64(seed: step.seed)
    for site in sites { site.machine.random = SplitMix64(seed: random.next()) }
    tally.count("step \(step.action.rawValue)")
    switch step.action {
    case .write: try write(pickSite())
    case .writeAndStop: try writeAndStop()
    case .merge: try merge()
    case .mergeCut: try mergeCut()
    case .mergeAndStop: try mergeAndStop()
    case .bundle: try makeBundle()
    case .apply: try applyBundle()
    case .checkpoint: try checkpoint()
    case .clock:
      // Ten years, in milliseconds.
      pickSite().machine.offsetMilliseconds = Int64(random.below(630_720_000)) * 1_000 - 315_360_000_000
      tally.count("fault: clock jumped")
    case .copy: try copy()
    case .backup: try backup()
    case .restore: try restore(rollingBack: false)
    case .rollBack: try restore(rollingBack: true)
    case .newer: try writeFromNewer()
    case .older: try openOlder()
    case .rebuild: try rebuild(pickSite())
    case .folder: try syncFolder()
    case .folderAndStop: try syncFolderAndStop()
    case .folderFault: try disturbFolder()
    case .hub: try syncHub()
    case .hubFault: try disturbHub()
    }
  }

  /// Checks that a store still holds all that it must, and that what it holds now it must from here on.
  func checkKept(_ site: Site) throws {
    let ids = try site.probe().ids()
    let lost = site.must.subtracting(ids).sorted()
    try require(
      lost.isEmpty, "site \(site.index) lost \(lost.count) changes, the first \(lost.first?.hex.prefix(8) ?? "")")
    site.must = ids
  }

  func rebuild(_ site: Site) throws {
    let differences = try site.store().rebuild().differences
    try require(
      differences.isEmpty, "site \(site.index): rebuilding changed \(differences.joined(separator: ", "))")
  }
}
