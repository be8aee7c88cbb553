/// Some scalars with consecutive identities that stand next to each other and are in the same state.
struct Item {
  /// No scalar: the start of the text as what is to the left, its end as what is to the right.
  static let none: Int32 = -1

  /// The identity of its first scalar.
  var id: Int32
  var count: Int32
  /// What stood before its first scalar when that was inserted; before each other scalar of it stood the one before.
  var left: Int32
  /// In Fugue's tree, the scalar of which the first one is a left child; `none` where it is a right child, as each other
  /// scalar of it is.
  var right: Int32
  /// How often it was inserted (at most once) and deleted, at the version that the walk is at: 0 is not inserted yet.
  var state: Int32
  /// Deleted by any event of those walked, wherever the walk is.
  var isDeleted: Bool
  /// Whether its first scalar has left children, inserted at the version of the walk or not.
  var hasLeftChild = false

  var isVisible: Bool { state == 1 }

  var counts: ItemCounts {
    ItemCounts(visible: state == 1 ? count : 0, present: state > 0 ? count : 0)
  }
}

/// How many scalars of some items are visible, and how many were inserted, deleted or not, at the version of the walk.
struct ItemCounts: Equatable {
  var visible: Int32 = 0
  var present: Int32 = 0

  static func += (left: inout ItemCounts, right: ItemCounts) {
    left.visible += right.visible
    left.present += right.present
  }

  static func -= (left: inout ItemCounts, right: ItemCounts) {
    left.visible -= right.visible
    left.present -= right.present
  }
}

/// All items of a concurrent region in document order: a B-tree that counts the scalars of each node.
///
/// Nodes are numbers into flat arrays, not objects: reference counting would cost more than the work itself.
struct ItemTree {
  /// A place between two items: before the item at `slot` of a leaf, or after its last.
  struct Place: Equatable {
    var leaf: Int
    var slot: Int
  }

  private struct Leaf {
    var count: Int
    var parent: Int
    /// The leaf to the right, or -1.
    var next: Int
  }

  private struct Branch {
    var count: Int
    var parent: Int
    var isAboveLeaves: Bool
  }

  private struct Child {
    var node: Int32
    var counts: ItemCounts
  }

  private static let leafCapacity = 32
  private static let branchCapacity = 16

  private var items = ContiguousArray<Item>()
  private var leaves = ContiguousArray<Leaf>()
  private var children = ContiguousArray<Child>()
  private var branches = ContiguousArray<Branch>()
  private var root = 0
  private var index = StartIndex()
  private var total = ItemCounts()
  /// How many items were passed by to find the places of those that were inserted beside others.
  var passedCount = 0

  /// Starts over with a text of `base` visible scalars, which have the identities from 0, and room for `inserted` more.
  mutating func reset(base: Int, inserted: Int) {
    forEachPlace { index.clear(Int(items[$0].id)) }
    index.reserve(base + inserted)
    items.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    children.removeAll(keepingCapacity: true)
    branches.removeAll(keepingCapacity: true)
    root = 0
    total = ItemCounts()
    passedCount = 0
    addLeaf(parent: 0, next: -1)
    addBranch(parent: -1, isAboveLeaves: true)
    branches[0].count = 1
    children[0] = Child(node: 0, counts: ItemCounts())
    if base > 0 {
      insert(
        Item(id: 0, count: Int32(base), left: Item.none, right: Item.none, state: 1, isDeleted: false),
        at: Place(leaf: 0, slot: 0), isNew: true)
    }
  }

  private mutating func addLeaf(parent: Int, next: Int) {
    let blank = Item(id: 0, count: 0, left: Item.none, right: Item.none, state: 0, isDeleted: false)
    items.append(contentsOf: repeatElement(blank, count: Self.leafCapacity))
    leaves.append(Leaf(count: 0, parent: parent, next: next))
  }

  private mutating func addBranch(parent: Int, isAboveLeaves: Bool) {
    children.append(contentsOf: repeatElement(Child(node: 0, counts: ItemCounts()), count: Self.branchCapacity))
    branches.append(Branch(count: 0, parent: parent, isAboveLeaves: isAboveLeaves))
  }

  // MARK: Finding

  subscript(place: Place) -> Item { items[place.leaf * Self.leafCapacity + place.slot] }

  /// How many scalars are visible.
  var visibleCount: Int { Int(total.visible) }

  var start: Place { Place(leaf: 0, slot: 0) }

  /// The place of the item at or right after `place`; nil at the end of the text.
  func item(from place: Place) -> Place? {
    var place = place
    while place.slot >= leaves[place.leaf].count {
      guard leaves[place.leaf].next >= 0 else { return nil }
      place = Place(leaf: leaves[place.leaf].next, slot: 0)
    }
    return place
  }

  /// The place of the next item at or after `place` that was inserted at the version of the walk; nil where none was.
  func present(from place: Place) -> Place? {
    for slot in place.slot..<max(leaves[place.leaf].count, place.slot) {
      if items[place.leaf * Self.leafCapacity + slot].state > 0 { return Place(leaf: place.leaf, slot: slot) }
    }
    var (node, parent) = (place.leaf, leaves[place.leaf].parent)
    while parent >= 0 {
      let end = parent * Self.branchCapacity + branches[parent].count
      for child in childIndex(of: node, in: parent) + 1..<end where children[child].counts.present > 0 {
        return firstPresent(under: Int(children[child].node), isLeaf: branches[parent].isAboveLeaves)
      }
      (node, parent) = (parent, branches[parent].parent)
    }
    return nil
  }

  /// The first inserted item under a node that has one.
  private func firstPresent(under node: Int, isLeaf: Bool) -> Place {
    var (node, isLeaf) = (node, isLeaf)
    while !isLeaf {
      var child = node * Self.branchCapacity
      while children[child].counts.present == 0 { child += 1 }
      isLeaf = branches[node].isAboveLeaves
      node = Int(children[child].node)
    }
    var slot = 0
    while items[node * Self.leafCapacity + slot].state == 0 { slot += 1 }
    return Place(leaf: node, slot: slot)
  }

  /// The item that the visible scalar at `position` is in, and its offset there.
  func visible(at position: Int) -> (place: Place, offset: Int) {
    var rest = Int32(truncatingIfNeeded: position)
    var node = root
    while true {
      var child = node * Self.branchCapacity
      while rest >= children[child].counts.visible {
        rest -= children[child].counts.visible
        child += 1
      }
      let isAboveLeaves = branches[node].isAboveLeaves
      node = Int(children[child].node)
      if isAboveLeaves { break }
    }
    var slot = node * Self.leafCapacity
    while true {
      if items[slot].isVisible {
        if rest < items[slot].count { break }
        rest -= items[slot].count
      }
      slot += 1
    }
    return (Place(leaf: node, slot: slot - node * Self.leafCapacity), Int(rest))
  }

  /// The item that the scalar `id` is in, and its offset there.
  func place(of id: Int) -> (place: Place, offset: Int) {
    let (start, leaf) = index.item(of: id)
    var slot = leaf * Self.leafCapacity
    while Int(items[slot].id) != start { slot += 1 }
    return (Place(leaf: leaf, slot: slot - leaf * Self.leafCapacity), id - start)
  }

  /// Whether the scalar `left` stands before the scalar `right`.
  func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (leftItem, rightItem) = (place(of: left), place(of: right))
    if leftItem.place == rightItem.place { return leftItem.offset < rightItem.offset }
    if leftItem.place.leaf == rightItem.place.leaf { return leftItem.place.slot < rightItem.place.slot }
    var (leftNode, rightNode) = (leftItem.place.leaf, rightItem.place.leaf)
    var (leftParent, rightParent) = (leaves[leftNode].parent, leaves[rightNode].parent)
    while leftParent != rightParent {
      (leftNode, rightNode) = (leftParent, rightParent)
      (leftParent, rightParent) = (branches[leftNode].parent, branches[rightNode].parent)
    }
    return childIndex(of: leftNode, in: leftParent) < childIndex(of: rightNode, in: leftParent)
  }

  private func childIndex(of node: Int, in branch: Int) -> Int {
    var child = branch * Self.branchCapacity
    while Int(children[child].node) != node { child += 1 }
    return child
  }

  private func forEachPlace(_ visit: (_ slot: Int) -> Void) {
    var leaf = leaves.isEmpty ? -1 : 0
    while leaf >= 0 {
      for slot in 0..<leaves[leaf].count { visit(leaf * Self.leafCapacity + slot) }
      leaf = leaves[leaf].next
    }
  }

  /// Visits all items in document order.
  func visitAll(_ visit: (Item) -> Void) { forEachPlace { visit(items[$0]) } }

  // MARK: Changing

  /// Counts the state of an item on by `step`.
  mutating func count(_ step: Int32, at place: Place, isDeletion: Bool = false) {
    let slot = place.leaf * Self.leafCapacity + place.slot
    let before = items[slot].counts
    items[slot].state += step
    if isDeletion { items[slot].isDeleted = true }
    var change = items[slot].counts
    if change == before { return }
    change -= before
    add(change, leaf: place.leaf)
  }

  /// Takes note that the first scalar of the item at `place` has a left child; whether it is the first.
  @discardableResult mutating func addLeftChild(to place: Place) -> Bool {
    let slot = place.leaf * Self.leafCapacity + place.slot
    defer { items[slot].hasLeftChild = true }
    return !items[slot].hasLeftChild
  }

  private mutating func add(_ counts: ItemCounts, leaf: Int) {
    total += counts
    var (node, parent) = (leaf, leaves[leaf].parent)
    while parent >= 0 {
      children[childIndex(of: node, in: parent)].counts += counts
      (node, parent) = (parent, branches[parent].parent)
    }
  }

  /// Splits an item before `offset`, which must be within it, and returns where its second part is; the first is at the
  /// slot before.
  mutating func split(_ place: Place, before offset: Int) -> Place {
    var second = self[place]
    second.id += Int32(offset)
    second.count -= Int32(offset)
    second.left = second.id - 1
    second.right = Item.none
    second.hasLeftChild = false
    let at = insert(second, at: Place(leaf: place.leaf, slot: place.slot + 1), isNew: false)
    // Only now, so that a leaf that was split counted both parts.
    items[at.leaf * Self.leafCapacity + at.slot - 1].count = Int32(offset)
    return at
  }

  /// Puts an item in and returns where it is; the item before it in the leaf, if any, stays before it there.
  ///
  /// `isNew`: its scalars were not counted yet.
  @discardableResult mutating func insert(_ item: Item, at place: Place, isNew: Bool) -> Place {
    var place = place
    if leaves[place.leaf].count == Self.leafCapacity {
      let half = Self.leafCapacity / 2
      let new = splitLeaf(place.leaf)
      if place.slot > half { place = Place(leaf: new, slot: place.slot - half) }
    }
    let first = place.leaf * Self.leafCapacity
    let count = leaves[place.leaf].count
    items.withUnsafeMutableBufferPointer { items in
      var slot = first + count
      while slot > first + place.slot {
        items[slot] = items[slot - 1]
        slot -= 1
      }
      items[slot] = item
    }
    leaves[place.leaf].count = count + 1
    index.mark(Int(item.id), leaf: place.leaf)
    if isNew { add(item.counts, leaf: place.leaf) }
    return place
  }

  /// Moves the upper half of a full leaf to a new one, which it returns.
  private mutating func splitLeaf(_ leaf: Int) -> Int {
    let half = Self.leafCapacity / 2
    let new = leaves.count
    let next = leaves[leaf].next
    addLeaf(parent: leaves[leaf].parent, next: next)
    leaves[leaf].next = new
    leaves[leaf].count = half
    leaves[new].count = Self.leafCapacity - half
    var moved = ItemCounts()
    for slot in 0..<Self.leafCapacity - half {
      let item = items[leaf * Self.leafCapacity + half + slot]
      items[new * Self.leafCapacity + slot] = item
      index.move(Int(item.id), leaf: new)
      moved += item.counts
    }
    addChild(new, moved, after: leaf, isLeaf: true)
    return new
  }

  /// Puts `node`, which took scalars over from `sibling`, after it.
  private mutating func addChild(_ node: Int, _ counts: ItemCounts, after sibling: Int, isLeaf: Bool) {
    var parent = isLeaf ? leaves[sibling].parent : branches[sibling].parent
    if branches[parent].count == Self.branchCapacity {
      splitBranch(parent)
      parent = isLeaf ? leaves[sibling].parent : branches[sibling].parent
    }
    let place = childIndex(of: sibling, in: parent) + 1
    var child = parent * Self.branchCapacity + branches[parent].count
    while child > place {
      children[child] = children[child - 1]
      child -= 1
    }
    children[place - 1].counts -= counts
    children[place] = Child(node: Int32(node), counts: counts)
    branches[parent].count += 1
    setParent(of: node, to: parent, isLeaf: isLeaf)
  }

  private mutating func setParent(of node: Int, to parent: Int, isLeaf: Bool) {
    if isLeaf { leaves[node].parent = parent } else { branches[node].parent = parent }
  }

  /// Moves the upper half of a full branch to a new one; calls itself, by way of `addChild`, once per level at most.
  private mutating func splitBranch(_ branch: Int) {
    if branch == root {
      root = branches.count
      addBranch(parent: -1, isAboveLeaves: false)
      branches[root].count = 1
      children[root * Self.branchCapacity] = Child(node: Int32(branch), counts: total)
      branches[branch].parent = root
    }
    let half = Self.branchCapacity / 2
    let new = branches.count
    let isAboveLeaves = branches[branch].isAboveLeaves
    addBranch(parent: branches[branch].parent, isAboveLeaves: isAboveLeaves)
    branches[branch].count = half
    branches[new].count = Self.branchCapacity - half
    var moved = ItemCounts()
    for slot in 0..<Self.branchCapacity - half {
      let child = children[branch * Self.branchCapacity + half + slot]
      children[new * Self.branchCapacity + slot] = child
      setParent(of: Int(child.node), to: new, isLeaf: isAboveLeaves)
      moved += child.counts
    }
    addChild(new, moved, after: branch, isLeaf: false)
  }
}
