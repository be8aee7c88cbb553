import AnnotationStore
import Foundation
import Testing

@Suite("The library in a program of somebody else")
struct EmbeddedAppTests {
  @Test("Examples/EmbeddedApp runs, and says what it is to say")
  func runs() throws {
    let output = try CommandLineHarness(curator: nil)
      .run([], through: CommandLineHarness.findBinary("EmbeddedApp"))
    #expect(output.status == 0, "\(output.stderr)")
    #expect(output.stdout == Self.expected)
  }

  @Test("In a directory of the caller's it goes on where it was", .timeLimit(.minutes(25)))
  func goesOn() throws {
    let harness = try CommandLineHarness(curator: nil)
    let app = try CommandLineHarness.findBinary("EmbeddedApp")
    let directory = harness.directory + "/meeting"
    for meeting in 1...2 {
      let output = try harness.run([directory], through: app)
      #expect(output.status == 0, "\(output.stderr)")
      let store = try Store.open(
        at: directory + "/club/store.sqlite",
        environment: StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state")))
      let (claims, notes) = try store.read {
        (try $0.all(Claim.self), try $0.all(Annotation.self))
      }
      #expect(claims.count == 2)
      #expect(notes.count == meeting)
    }
  }

  private static let expected = """
    The paper and its claims
      c:3684ab  LCN2 is raised in the blood of people with ALS. [proposed]
        from Wang et al. 2025, doi:10.3389/fnagi.2025.1672903
      c:48d498  LCN2 disturbs the iron balance in ALS. [proposed]
        from Wang et al. 2025, doi:10.3389/fnagi.2025.1672903

    Seen while the club wrote
      Ada Nowak wrote: assessment, evidence
      Ada Nowak wrote: claim
      Ben Okafor wrote: annotation, assessment, curator

    After the discussion
      c:3684ab  LCN2 is raised in the plasma of people with ALS. [under-review]
        from Wang et al. 2025, doi:10.3389/fnagi.2025.1672903
        Ada Nowak supports: Three cohorts agree.
        Ben Okafor disputes: Not after correction for kidney function.
      c:48d498  LCN2 disturbs the iron balance in ALS. [proposed]
        from Wang et al. 2025, doi:10.3389/fnagi.2025.1672903
        Ben Okafor asks: Cause or consequence?

    The history of the first claim
      change 1: Ada Nowak added the claim
      change 3: Ada Nowak wrote its statement
      change 3: Ada Nowak wrote its status
      at first it said: LCN2 is raised in the blood of people with ALS. [proposed]

    """
}
