import Testing

@Suite("variorum list and search")
struct ReadingTestsList {
  @Test("Claims on a terminal of 80 columns")
  func terminal() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list") else { return }
    let expected = #"""
      ID        STATUS        STANCES  NOTES  STATEMENT                 SOURCE
      c:000001  proposed                      LCN2 is a potential the…  
      c:000002  under-review  1+ 1-        1  People with ALS tend to…  Wang et al. 2…

      """#
    #expect(told == expected)
  }

  @Test("Claims on one of 120 columns")
  func wide() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list", columns: 120) else { return }
    let expected = #"""
      ID        STATUS        STANCES  NOTES  STATEMENT                                     SOURCE            TAGS
      c:000001  proposed                      LCN2 is a potential therapeutic target.                         
      c:000002  under-review  1+ 1-        1  People with ALS tend to carry more LCN2 in …  Wang et al. 2025  biomarker, blood

      """#
    #expect(told == expected)
  }

  @Test("In a pipe whole texts between tabs")
  func pipe() throws {
    let world = try ReadingWorld()
    let told = try world.told("list", "claims")
    let expected = #"""
      c:000001	proposed			LCN2 is a potential therapeutic target.		
      c:000002	under-review	1+ 1-	1	People with ALS tend to carry more LCN2 in their blood than people without the disease.	Wang et al. 2025	biomarker, blood

      """#
    #expect(told == expected)
  }

  @Test("All kinds, with the limit said")
  func records() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list", "records", "--limit", "6") else { return }
    let expected = #"""
      ID        KIND        BY         WHEN              TEXT
      n:000001  annotation  Ada Nowak  2026-01-01 00:00  Thanks.
      n:000002  annotation  Ben Ortiz  2026-01-01 00:00  [orphaned] Dose range?
      n:000003  annotation  Ben Ortiz  2026-01-01 00:00  Plasma in both.
      a:000004  assessment  Ben Ortiz  2026-01-01 00:00  disputes: Not specific.
      u:000005  curator     Ben Ortiz  2026-01-01 00:00  Ben Ortiz
      l:000006  link        Ada Nowak  2026-01-01 00:00  c:000007 refines c:000008
      6 of 17 shown (--limit 0 shows all)

      """#
    #expect(told == expected)
  }

  @Test("Sources with the counts of their claims")
  func sources() throws {
    let world = try ReadingWorld()
    let told = try world.told("list", "sources", "--sort", "text")
    let expected = #"""
      s:000001	Bi & Xia 2013	0	Reactive astrocytes secrete lcn2	doi:10.1073/pnas.1218497110
      s:000002	Wang et al. 2025	1	Role of lipocalin-2 in amyotrophic lateral sclerosis	doi:10.3389/fnagi.2025.1672903

      """#
    #expect(told == expected)
  }

  @Test("Assessments")
  func assessments() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list", "assessments") else { return }
    let expected = #"""
      ID        CLAIM     STANCE    BY         WHEN              BODY
      a:000001  c:000002  disputes  Ben Ortiz  2026-01-01 00:00  Not specific.
      a:000003  c:000002  supports  Ada Nowak  2026-01-01 00:00  Two cohorts.

      """#
    #expect(told == expected)
  }

  @Test("Evidence")
  func evidence() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list", "evidence", columns: 120) else { return }
    let expected = #"""
      ID        ON        DIRECTION  STRENGTH  TYPE         SOURCE         BY         WHEN
      e:000001  a:000002  supports   strong    ECO:0000006  Bi & Xia 2013  Ada Nowak  2026-01-01 00:00

      """#
    #expect(told == expected)
  }

  @Test("Terms")
  func terms() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("list", "terms", "--reverse") else { return }
    let expected = #"""
      ID        CURIE           LABEL  TYPE  SYNONYMS
      t:000001  NCBIGene:3934   LCN2   gene  NGAL
      t:000002  MONDO:0004976   ALS          
      t:000003  UBERON:0000178  blood        

      """#
    #expect(told == expected)
  }

  @Test("JSON Lines")
  func json() throws {
    let world = try ReadingWorld()
    let told = try world.told("list", "curators", "--json")
    let expected = #"""
      {"schema":1,"id":"UUID-1","kind":"curator","name":"Ben Ortiz","curator":"UUID-1","created_ms":0,"modified_ms":0,"deleted":false,"orphaned":false,"conflicts":[]}
      {"schema":1,"id":"UUID-2","kind":"curator","name":"Ada Nowak","orcid":"0000-0002-1825-0097","curator":"UUID-2","created_ms":0,"modified_ms":0,"deleted":false,"orphaned":false,"conflicts":[]}

      """#
    #expect(told == expected)
  }

  @Test("JSON Lines tell what is in conflict in a record")
  func jsonConflicts() throws {
    let claims = try DisagreeingWorld.shared.get().harness.succeed(["list", "--conflicts", "--json"]).objects
    let conflicts = claims.map { $0["conflicts"] as? [[String: String]] }
    #expect(conflicts.contains([["field": "status", "type": "register"]]), "\(conflicts)")
  }

  @Test("What is in conflict, deleted or not")
  func conflicts() throws {
    let world = try ReadingWorld()
    try world.disagree()
    guard let told = try world.toldOnTerminal("list", "records", "--conflicts", "--sort", "text") else { return }
    let expected = #"""
      ID        KIND        BY         WHEN              TEXT
      c:000001  claim       Ada Nowak  2026-01-01 00:00  [conflict] LCN2 is nopromisi…
      c:000002  claim       Ada Nowak  2026-01-01 00:00  [conflict] People with ALS t…
      n:000003  annotation  Ada Nowak  2026-01-01 00:00  [deleted, conflict] Which co…

      """#
    #expect(told == expected)
  }

  @Test("The words found are in brackets")
  func search() throws {
    let world = try ReadingWorld()
    let told = try world.told("search", "LCN2", "blood")
    let expected = #"""
      c:000001	claim	statement	People with ALS tend to carry more [LCN2] in their [blood] than people without the disease.

      """#
    #expect(told == expected)
  }

  @Test("A snippet that fits the terminal")
  func searchTerminal() throws {
    let world = try ReadingWorld()
    guard let told = try world.toldOnTerminal("search", "lcn2", "--sort", "created") else { return }
    let expected = #"""
      e:000001  evidence    [Lcn2] was highly induced
      c:000002  claim       [LCN2] is a potential therapeutic target.
      c:000003  claim       …to carry more [LCN2] in their blood than people without …
      t:000004  term        [LCN2]
      s:000005  source      Reactive astrocytes secrete [lcn2]
      s:000006  source      Role of lipocalin-2 in amyotrophic lateral sclerosis

      """#
    #expect(told == expected)
  }

  @Test("JSON says where the words stand")
  func searchJSON() throws {
    let world = try ReadingWorld()
    let told = try world.told("search", "induced", "--json")
    let expected = #"""
      {"schema":1,"id":"UUID-1","kind":"evidence","target":"UUID-2","direction":"supports","source":"UUID-3","selector":{"exact":"Lcn2 was highly induced"},"eco":"ECO:0000006","strength":"strong","curator":"UUID-4","created_ms":0,"modified_ms":0,"deleted":false,"orphaned":false,"conflicts":[],"matches":[{"field":"selector","start":16,"end":23}]}

      """#
    #expect(told == expected)
  }
}
