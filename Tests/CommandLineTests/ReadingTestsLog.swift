import Testing

@Suite("variorum log, blame and status")
struct ReadingTestsLog {
  @Test("What was done to a record, newest first")
  func log() throws {
    let world = try ReadingWorld()
    let told = try world.told("log", world["toxicity"])
    let expected = #"""
      change change000001  2026-01-01 00:00  Ada Nowak  replica hex00001 #20
        c:000001 claim deleted

      change change000002  2026-01-01 00:00  Ada Nowak  replica hex00001 #19
        c:000001 claim statement: +“ motor” at 24

      change change000003  2026-01-01 00:00  Ada Nowak  replica hex00001 #8
        c:000001 claim created
            statement: Added LCN2 kills primary neurons in culture.
            source: s:000002
            status: accepted
            tags: toxicity

      """#
    #expect(told == expected)
  }

  @Test("One line a change")
  func oneline() throws {
    let world = try ReadingWorld()
    let told = try world.told("log", "--oneline", "--limit", "6")
    let expected = #"""
      change000001  2026-01-01 00:00  Ada Nowak  claim c:000001 deleted
      change000002  2026-01-01 00:00  Ada Nowak  claim c:000001 statement edited
      change000003  2026-01-01 00:00  Ada Nowak  annotation n:000002 created
      change000004  2026-01-01 00:00  Ben Ortiz  annotation n:000003 created
      change000005  2026-01-01 00:00  Ben Ortiz  annotation n:000004 created
      change000006  2026-01-01 00:00  Ben Ortiz  assessment a:000005 created

      """#
    #expect(told == expected)
  }

  @Test("How much each change did")
  func stat() throws {
    let world = try ReadingWorld()
    let told = try world.told("log", "--stat", "--limit", "2")
    let expected = #"""
      change change000001  2026-01-01 00:00  Ada Nowak  replica hex00001 #20
        1 claim deleted

      change change000002  2026-01-01 00:00  Ada Nowak  replica hex00001 #19
        1 claim statement edited

      """#
    #expect(told == expected)
  }

  @Test("Of one curator")
  func ofCurator() throws {
    let world = try ReadingWorld()
    let told = try world.told("log", "--curator", "ben", "--oneline")
    let expected = #"""
      change000001  2026-01-01 00:00  Ben Ortiz  annotation n:000001 created
      change000002  2026-01-01 00:00  Ben Ortiz  annotation n:000002 created
      change000003  2026-01-01 00:00  Ben Ortiz  assessment a:000003 created
      change000004  2026-01-01 00:00  Ben Ortiz  curator u:000004 created

      """#
    #expect(told == expected)
  }

  @Test("JSON Lines")
  func json() throws {
    let world = try ReadingWorld()
    let told = try world.told("log", world["target"], "--json")
    let expected = #"""
      {"schema":1,"change":"SHA-1","replica":"SHA-2","sequence":9,"curator":"UUID-1","at":0,"sealed":true,"op_count":1,"ops":[{"record":"UUID-2","kind":"claim","field":"","action":"create","values":[{"field":"status","value":"proposed","erased":false},{"field":"negated","value":true,"erased":false},{"field":"subject","value":"NCBIGene:3934","erased":false},{"field":"statement","value":"LCN2 is a potential therapeutic target.","erased":false}]}]}

      """#
    #expect(told == expected)
  }

  @Test("Who wrote each field")
  func blame() throws {
    let world = try ReadingWorld()
    try world.disagree()
    guard let told = try world.toldOnTerminal("blame", world["claim"]) else { return }
    let expected = #"""
      FIELD       VALUE                WHO        WHEN              CHANGE    REPLICA
      statement   People with ALS te…  Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      source      s:000001             Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      selector    “elevated LCN2 exp…  Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      via         a summary            Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      subject     NCBIGene:3934        Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      predicate   biolink:biomarker_…  Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      object      MONDO:0004976        Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      status !    accepted             Ada Nowak  2026-01-01 00:00  hex00003  hex00002
      qualifiers  tissue=UBERON:0000…  Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      entities    MONDO:0004976        Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      tags        biomarker            Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      tags        blood                Ada Nowak  2026-01-01 00:00  hex00001  hex00002
      next: variorum conflicts c:000002 shows all values of what is in conflict

      """#
    #expect(told == expected)
  }

  @Test("Who wrote each field, for scripts")
  func blameJSON() throws {
    let world = try ReadingWorld()
    let told = try world.told("blame", world["target"], "--json")
    let expected = #"""
      {"schema":1,"record":"UUID-1","kind":"claim","field":"statement","value":"LCN2 is a potential therapeutic target.","curator":"UUID-2","replica":"SHA-1","at":0,"change":"SHA-2","conflict":false}
      {"schema":1,"record":"UUID-1","kind":"claim","field":"subject","value":"NCBIGene:3934","curator":"UUID-2","replica":"SHA-1","at":0,"change":"SHA-2","conflict":false}
      {"schema":1,"record":"UUID-1","kind":"claim","field":"negated","value":true,"curator":"UUID-2","replica":"SHA-1","at":0,"change":"SHA-2","conflict":false}
      {"schema":1,"record":"UUID-1","kind":"claim","field":"status","value":"proposed","curator":"UUID-2","replica":"SHA-1","at":0,"change":"SHA-2","conflict":false}

      """#
    #expect(told == expected)
  }

  @Test("What is in the store")
  func status() throws {
    let world = try ReadingWorld()
    try world.disagree()
    let told = try world.told("status")
    let expected = #"""
      Store       DIRECTORY/.variorum/store.sqlite
                  UUID-1
      Curator     Ada Nowak u:000001
      Replica     hexadecimal00001
      Records     2 sources, 2 claims, 4 annotations, 2 assessments, 1 evidence, 1
                  link, 3 terms, 2 curators
      Deleted     2 (variorum list records --deleted)
      Orphaned    1 (variorum list records --orphaned)
      Log         27 changes by 2 replicas
      Heads       hexadecimal00002
                  hexadecimal00003
      Digest      digest
      Conflicts   2 open, 1 text to look at (variorum conflicts)

      """#
    #expect(told == expected)
  }

  @Test("What is in the store, for scripts")
  func statusJSON() throws {
    let world = try ReadingWorld()
    try world.disagree()
    let told = try world.told("status", "--json")
    let expected = #"""
      {"schema":1,"store":"UUID-1","replica":"SHA-1","changes":27,"heads":["SHA-2","SHA-3"],"digest":"SHA-4","records":{"source":2,"claim":2,"annotation":4,"assessment":2,"evidence":1,"link":1,"term":3,"curator":2},"conflicts":{"open":2,"prose":1},"waiting":0,"forks":[]}

      """#
    #expect(told == expected)
  }
}
