import CRDT
import Testing

@Suite("Reports")
struct ReportTests {
  @Test("Reports add up, and list no more refusals than they may")
  func sum() {
    var one = ReceiveReport()
    (one.applied, one.duplicate, one.waiting, one.released) = (1, 2, 3, 4)
    (one.conflictsOpened, one.conflictsClosed) = (5, 6)
    one.refuse(Refusal(replica: nil, sequence: 0, count: 0, reason: "not a pack"))
    var sum = ReceiveReport()
    for _ in 0..<1_002 { sum += one }
    #expect((sum.applied, sum.duplicate, sum.waiting, sum.released) == (1_002, 2_004, 3_006, 4_008))
    #expect((sum.conflictsOpened, sum.conflictsClosed) == (5_010, 6_012))
    #expect(sum.refused.count == ReceiveReport.maximumRefusals && sum.unlistedRefusals == 2)
    var twice = sum
    twice += sum
    #expect(twice.refused.count == ReceiveReport.maximumRefusals && twice.unlistedRefusals == 1_004)
  }

  @Test("Tips are in order of place, then of id")
  func order() {
    var random = SplitMix64(seed: 1)
    let ids = (0..<2).map { _ in ChangeID.random(&random) }.sorted()
    let tips = [LogTip(id: ids[1], sequence: 1), LogTip(id: ids[0], sequence: 2), LogTip(id: ids[1], sequence: 2)]
    #expect(Array(tips.reversed()).sorted() == tips)
  }
}
