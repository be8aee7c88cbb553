import Testing

@Suite("variorum show")
struct ReadingTestsShow {
  @Test("A claim with source, quote, evidence, links, assessments and the thread of notes")
  func claim() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["claim"])
    let expected = #"""
      c:000001  claim · under-review

        People with ALS tend to carry more LCN2 in their blood than people without the
        disease.

      Source      Wang et al. 2025, Frontiers in Aging Neuroscience,
                  doi:10.3389/fnagi.2025.1672903 s:000002
      Via         a summary (a paraphrase, not a quote)
      Quote       “…attention, as significantly [elevated LCN2 expression has been
                  observed in the blood] and postmortem tissues…”
      Says        LCN2 (NCBIGene:3934) — biolink:biomarker_for — ALS (MONDO:0004976)
      Qualifiers  tissue: blood (UBERON:0000178)
      Entities    ALS (MONDO:0004976)
      Tags        biomarker, blood
      Created by  Ada Nowak, 2026-01-01 00:00

      Links
        ← refines      c:000003  LCN2 is a potential therapeutic target.

      Assessments
        supports █ 1 · disputes █ 1 · uncertain 0

        supports  Ada Nowak  2026-01-01 00:00  a:000004
          Two cohorts.
          supports (strong) · ECO:0000006 · Bi & Xia 2013, PNAS,
          doi:10.1073/pnas.1218497110 · e:000005
              “Lcn2 was highly induced”

        disputes  Ben Ortiz  2026-01-01 00:00  a:000006
          Not specific.

      Notes
        Ada Nowak  2026-01-01 00:00  n:000007
        Which cohorts, and plasma or serum? To be looked up in the full text.
         ↳ Ben Ortiz  2026-01-01 00:00  n:000008
           Plasma
           in both.
            ↳ Ada Nowak  2026-01-01 00:00  n:000009
              Thanks.

      """#
    #expect(told == expected)
  }

  @Test("A deleted record says so, and how to take it back")
  func deleted() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["toxicity"])
    let expected = #"""
      c:000001  claim · accepted · DELETED

        Added LCN2 kills primary motor neurons in culture.

      Source      Bi & Xia 2013, PNAS, doi:10.1073/pnas.1218497110 s:000002
      Tags        toxicity
      Created by  Ada Nowak, 2026-01-01 00:00
      ! deleted; variorum restore c:000001 takes that back

      Notes
        Ben Ortiz  2026-01-01 00:00  n:000003
        Dose range?

      """#
    #expect(told == expected)
  }

  @Test("A source with the counts of its claims")
  func source() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["review"])
    let expected = #"""
      s:000001  source

        Role of lipocalin-2 in amyotrophic lateral sclerosis

      Cited as    Wang et al. 2025, Frontiers in Aging Neuroscience,
                  doi:10.3389/fnagi.2025.1672903
      Authors     Zhuoya Wang; Wen Cao; Dongsheng Fan
      In          Frontiers in Aging Neuroscience
      Issued      2025-10-02
      DOI         10.3389/fnagi.2025.1672903
      Entities    LCN2 (NCBIGene:3934)
      Claims      1: 1 under-review
      Curation    2 assessments, 1 annotation
      Created by  Ada Nowak, 2026-01-01 00:00

      """#
    #expect(told == expected)
  }

  @Test("A reply with what it answers and what the thread is on")
  func reply() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["reply"])
    let expected = #"""
      n:000001  annotation · replying

        Plasma
        in both.

      On          n:000002 annotation: Which cohorts, and plasma or serum? To be
                  looked up in the full text.
      Thread on   c:000003 claim: People with ALS tend to carry more LCN2 in their
                  blood than people without the disease.
      Created by  Ben Ortiz, 2026-01-01 00:00

      Replies
        Ada Nowak  2026-01-01 00:00  n:000004
        Thanks.

      """#
    #expect(told == expected)
  }

  @Test("A note on a deleted claim is orphaned")
  func orphan() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["orphan"])
    let expected = #"""
      n:000001  annotation · commenting · ORPHANED

        Dose range?

      On          c:000002 claim (deleted): Added LCN2 kills primary motor neurons in
                  culture.
      Created by  Ben Ortiz, 2026-01-01 00:00
      ! orphaned: the claim c:000002 that it stands on is deleted (variorum restore
      c:000002)

      """#
    #expect(told == expected)
  }

  @Test("A link with both ends")
  func link() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["link"])
    let expected = #"""
      l:000001  link

      From        c:000002 claim: LCN2 is a potential therapeutic target.
      Type        refines
      To          c:000003 claim: People with ALS tend to carry more LCN2 in their
                  blood than people without the disease.
      Created by  Ada Nowak, 2026-01-01 00:00

      """#
    #expect(told == expected)
  }

  @Test("A term with where it is used")
  func term() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["lcn2"])
    let expected = #"""
      t:000001  term

        LCN2 (NCBIGene:3934)

      Type        gene
      Synonyms    NGAL
      Used in     2 claims, 1 source
      Created by  Ada Nowak, 2026-01-01 00:00

      """#
    #expect(told == expected)
  }

  @Test("A record with its history")
  func history() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["toxicity"], "--history")
    let expected = #"""
      c:000001  claim · accepted · DELETED

        Added LCN2 kills primary motor neurons in culture.

      Source      Bi & Xia 2013, PNAS, doi:10.1073/pnas.1218497110 s:000002
      Tags        toxicity
      Created by  Ada Nowak, 2026-01-01 00:00
      ! deleted; variorum restore c:000001 takes that back

      Notes
        Ben Ortiz  2026-01-01 00:00  n:000003
        Dose range?

      History
        change000001  2026-01-01 00:00  Ada Nowak
          created
          statement: Added LCN2 kills primary neurons in culture.
          source: s:000002
          status: accepted
          tags: toxicity
        change000002  2026-01-01 00:00  Ada Nowak
          statement: +“ motor” at 24
        change000003  2026-01-01 00:00  Ada Nowak
          deleted

      """#
    #expect(told == expected)
  }

  @Test("The record under its wire names")
  func json() throws {
    let world = try ReadingWorld()
    let told = try world.told("show", world["claim"], "--json")
    let expected = #"""
      {"schema":1,"id":"UUID-1","kind":"claim","statement":"People with ALS tend to carry more LCN2 in their blood than people without the disease.","source":"UUID-2","selector":{"exact":"elevated LCN2 expression has been observed in the blood","prefix":"attention, as significantly ","suffix":" and postmortem tissues"},"via":"a summary","subject":"NCBIGene:3934","predicate":"biolink:biomarker_for","object":"MONDO:0004976","status":"under-review","qualifiers":["tissue=UBERON:0000178"],"entities":["MONDO:0004976"],"tags":["biomarker","blood"],"curator":"UUID-3","created_ms":0,"modified_ms":0,"deleted":false,"orphaned":false,"conflicts":[]}

      """#
    #expect(told == expected)
  }

  @Test("A conflict is flagged where it is, with both readings")
  func conflict() throws {
    let world = try ReadingWorld()
    try world.disagree()
    let told = try world.told("show", world["claim"])
    let expected = #"""
      c:000001  claim · accepted | rejected · IN CONFLICT

        People with ALS tend to carry more LCN2 in their blood than people without the
        disease.

      Source      Wang et al. 2025, Frontiers in Aging Neuroscience,
                  doi:10.3389/fnagi.2025.1672903 s:000002
      Via         a summary (a paraphrase, not a quote)
      Quote       “…attention, as significantly [elevated LCN2 expression has been
                  observed in the blood] and postmortem tissues…”
      Says        LCN2 (NCBIGene:3934) — biolink:biomarker_for — ALS (MONDO:0004976)
      Qualifiers  tissue: blood (UBERON:0000178)
      Entities    ALS (MONDO:0004976)
      Tags        biomarker, blood
      Created by  Ada Nowak, 2026-01-01 00:00
      ! conflict in status
        before  under-review
        1       accepted
                Ada Nowak, 2026-01-01 00:00, change change000001, replica hex00001
        2       rejected
                Ben Ortiz, 2026-01-01 00:00, change change000002, replica hex00002
        variorum resolve c:000001.status --take 1 --because "..."
        or --value V, or --edit; --expect hexadecimal00001 decides only what is shown

      Links
        ← refines      c:000003  LCN2 is nopromising therapeutic target.

      Assessments
        supports █ 1 · disputes █ 1 · uncertain 0

        supports  Ada Nowak  2026-01-01 00:00  a:000004
          Two cohorts.
          supports (strong) · ECO:0000006 · Bi & Xia 2013, PNAS,
          doi:10.1073/pnas.1218497110 · e:000005
              “Lcn2 was highly induced”

        disputes  Ben Ortiz  2026-01-01 00:00  a:000006
          Not specific.

      Notes
        Ada Nowak  2026-01-01 00:00  (deleted)  n:000007
        Which cohorts, and plasma or serum? To be looked up in the full text.
        ! conflict in its life: variorum conflicts n:000007
         ↳ Ben Ortiz  2026-01-01 00:00  n:000008
           Plasma
           in both.
            ↳ Ada Nowak  2026-01-01 00:00  n:000009
              Thanks.
         ↳ Ben Ortiz  2026-01-01 00:00  n:000010
           All of them.

      """#
    #expect(told == expected)
  }

  @Test("Prose in conflict")
  func conflictOfProse() throws {
    let world = try ReadingWorld()
    try world.disagree()
    let told = try world.told("show", world["target"])
    let expected = #"""
      c:000001  claim · proposed · MERGED, TO LOOK AT

        LCN2 is nopromising therapeutic target.
        ! merged: several changed the same words, all readings below

      Says        LCN2 (NCBIGene:3934) — NOT ? — ?
      Tags        druggable
      Created by  Ada Nowak, 2026-01-01 00:00
      ! merged: several changed the same words of statement apart
        before  LCN2 is >>a potential<< therapeutic target.
        1       LCN2 is >>a promising<< therapeutic target.
                Ada Nowak, 2026-01-01 00:00, change change000001, replica hex00001
        2       LCN2 is >>no<< therapeutic target.
                Ben Ortiz, 2026-01-01 00:00, change change000002, replica hex00002
        merged  LCN2 is >>nopromising<< therapeutic target.
        variorum resolve c:000001.statement --accept --because "..."
        or --take N, or --edit; --expect hexadecimal00001 decides only what is shown

      Links
        → refines      c:000002  People with ALS tend to carry more LCN2 in their blo…

      """#
    #expect(told == expected)
  }

  @Test("An edit of a deleted note")
  func conflictOfLife() throws {
    let world = try ReadingWorld()
    try world.disagree()
    let told = try world.told("show", world["note"])
    let expected = #"""
      n:000001  annotation · commenting · DELETED · IN CONFLICT

        Which cohorts, and plasma or serum? To be looked up in the full text.

      On          c:000002 claim: People with ALS tend to carry more LCN2 in their
                  blood than people without the disease.
      Created by  Ada Nowak, 2026-01-01 00:00
      ! conflict: it was deleted while somebody else put something on it
        -       deleted
                Ada Nowak, 2026-01-01 00:00, change change000001, replica hex00001
        -       n:000003 All of them.
                Ben Ortiz, 2026-01-01 00:00, change change000002, replica hex00002
        variorum resolve n:000001 --restore --because "..."
        or --delete; --expect hexadecimal00001 decides only what is shown

      Replies
        Ben Ortiz  2026-01-01 00:00  n:000004
        Plasma
        in both.
         ↳ Ada Nowak  2026-01-01 00:00  n:000005
           Thanks.
        Ben Ortiz  2026-01-01 00:00  n:000003
        All of them.

      """#
    #expect(told == expected)
  }
}
