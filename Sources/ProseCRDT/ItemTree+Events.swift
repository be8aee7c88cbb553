/// Ranges of scalars whose state some events count on by one each: by inserting or by deleting them.
struct TouchedScalars {
  var start: Int32
  var count: Int32
}

extension ItemTree {
  /// Inserts `count` scalars with identities from `id` before the visible scalar at `position`, clamped, in Fugue's
  /// order ("The Art of the Fugue", Weidner & Kleppmann, 2023).
  ///
  /// `precedes` breaks ties between two scalars, neither of which was inserted in sight of the other.
  mutating func insert(_ id: Int, count: Int, at position: Int, precedes: (Int, Int) -> Bool) {
    let position = min(position, visibleCount)
    var item = Item(
      id: Int32(id), count: Int32(count), left: Item.none, right: Item.none, state: 1, isDeleted: false)
    var place = start
    if position > 0 {
      let (before, offset) = visible(at: position - 1)
      item.left = self[before].id + Int32(offset)
      if offset + 1 < Int(self[before].count) {
        item.right = item.left + 1
        let second = split(before, before: offset + 1)
        addLeftChild(to: second)
        insert(item, at: second, isNew: true)
        return
      }
      place = Place(leaf: before.leaf, slot: before.slot + 1)
    }
    let next = present(from: place)
    // A left child of what follows, where that is below what stands before; else a right child of that.
    var isOnlyChild = false
    if let next, self[next].left == item.left {
      item.right = self[next].id
      isOnlyChild = addLeftChild(to: next)
    }
    if let rival = self.item(from: place), rival != next {
      // Where nothing else is below what follows on the left, the place is right before it. So a branch that grows at
      // its start need not pass another one there each time.
      place = isOnlyChild ? next ?? place : integrate(item, from: place, precedes)
    }
    insert(item, at: place, isNew: true)
  }

  private func after(_ place: Place) -> Place { Place(leaf: place.leaf, slot: place.slot + 1) }

  /// The place for `item` among those at `place` that were not inserted yet in its sight.
  private mutating func integrate(_ item: Item, from place: Place, _ precedes: (Int, Int) -> Bool) -> Place {
    var target = place
    var scan = place
    var isPassing = false
    while let other = self.item(from: scan), self[other].state == 0 {
      let rival = self[other]
      passedCount += 1
      if rival.left == item.left {
        if rival.right == item.right, precedes(Int(item.id), Int(rival.id)) { break }
        isPassing = isRightBefore(rival.right, item.right)
      } else if isLeftBefore(rival.left, item.left) {
        break
      }
      scan = after(other)
      if !isPassing { target = scan }
    }
    return target
  }

  private func isLeftBefore(_ left: Int32, _ right: Int32) -> Bool {
    if left == right || right == Item.none { return false }
    return left == Item.none || isBefore(Int(left), Int(right))
  }

  private func isRightBefore(_ left: Int32, _ right: Int32) -> Bool {
    if left == right || left == Item.none { return false }
    return right == Item.none || isBefore(Int(left), Int(right))
  }

  /// Deletes the visible scalars at `position` and after, as many of `count` as there are, and adds them to `touched`.
  mutating func delete(_ count: Int, at position: Int, touched: inout [TouchedScalars]) {
    var rest = max(min(count, visibleCount - position), 0)
    while rest > 0 {
      var (place, offset) = visible(at: position)
      if offset > 0 { place = split(place, before: offset) }
      if Int(self[place].count) > rest { place = first(of: split(place, before: rest)) }
      let item = self[place]
      self.count(1, at: place, isDeletion: true)
      rest -= Int(item.count)
      touched.append(TouchedScalars(start: item.id, count: item.count))
    }
  }

  /// Counts the state of scalars on by `step`: -1 to take an event back, 1 to do it again.
  mutating func count(_ step: Int32, _ touched: TouchedScalars) {
    var (id, rest) = (Int(touched.start), Int(touched.count))
    while rest > 0 {
      var (place, offset) = self.place(of: id)
      if offset > 0 { place = split(place, before: offset) }
      if Int(self[place].count) > rest { place = first(of: split(place, before: rest)) }
      let length = Int(self[place].count)
      count(step, at: place)
      id += length
      rest -= length
    }
  }

  private func first(of second: Place) -> Place { Place(leaf: second.leaf, slot: second.slot - 1) }
}
