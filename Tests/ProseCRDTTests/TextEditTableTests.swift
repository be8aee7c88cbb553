import ProseCRDT
import Testing

/// What a person would say was edited: the old text, the new one, and the splices marked in the old text.
@Suite("Splices as a person would describe an edit")
struct TextEditTableTests {
  @Test(
    "Words stay whole, or most of them does",
    arguments: [
      ("LCN2 is raised in ALS.", "LCN2 is elevated in ALS.", "LCN2 is [-raised-]{+elevated+} in ALS."),
      ("LCN2 is raised in ALS.", "LCN2 was elevated in ALS.", "LCN2 [-is raised-]{+was elevated+} in ALS."),
      ("LCN2 is raised in ALS.", "LCN2 is strongly raised in ALS.", "LCN2 is{+ strongly+} raised in ALS."),
      ("LCN2 is strongly raised in ALS.", "LCN2 is raised in ALS.", "LCN2 is[- strongly-] raised in ALS."),
      ("LCN2 is raised in ALS.", "LCN2 is raised in ALS and FTD.", "LCN2 is raised in ALS{+ and FTD+}."),
      ("LCN2 is raised.", "Serum LCN2 is raised.", "{+Serum +}LCN2 is raised."),
      ("the neuron dies", "the neurons die", "the neuron{+s+} die[-s-]"),
      ("an increase in LCN2", "an increased LCN2", "an increase[- in-]{+d+} LCN2"),
      ("LCN2 increase was seen", "LCN2 increased strongly was seen", "LCN2 increase{+d strongly+} was seen"),
      ("a decrease in TDP-43", "an increase in TDP-43", "a{+n+} [-de-]{+in+}crease in TDP-43"),
      ("neural tissue was lost", "neuron was lost", "[-neural tissue-]{+neuron+} was lost"),
      ("LCN2 rises", "LCN3 rises", "[-LCN2-]{+LCN3+} rises"),
      ("p<0.05 (n=12)", "p<0.01 (n=15)", "p<[-0.05-]{+0.01+} (n=[-12-]{+15+})"),
      ("p<0.05 (n=12)", "p=0.05 (n=12)", "p[-<-]{+=+}0.05 (n=12)"),
      ("in 10 mg doses", "in 100 mg doses", "in [-10-]{+100+} mg doses"),
      ("a rise of 1,000 cells", "a rise of 1,500 cells", "a rise of [-1,000-]{+1,500+} cells"),
      ("TDP 43 pathology", "TDP-43 pathology", "TDP[- -]{+-+}43 pathology"),
      ("neuro inflammation", "neuroinflammation", "neuro[- -]inflammation"),
      ("synuclein aggregates", "α-synuclein aggregates", "{+α-+}synuclein aggregates"),
      ("the patients' blood", "the patient's blood", "the patient[-s'-]{+'s+} blood"),
      ("the liver of mice", "the liver and kidney of mice", "the liver{+ and kidney+} of mice"),
      ("the liver and kidney of mice", "the liver of mice", "the liver[- and kidney-] of mice"),
      ("in liver, kidney and spleen", "in liver and spleen", "in liver[-, kidney-] and spleen"),
      ("First. Second.", "First. Between. Second.", "First.{+ Between.+} Second."),
      ("First. Between. Second.", "First. Second.", "First.[- Between.-] Second."),
      ("First. Second.", "First. Second. Third.", "First. Second.{+ Third.+}"),
      (
        "Cells died. The rest grew.", "Neurons died. These grew.",
        "[-Cells-]{+Neurons+} died. [-The rest-]{+These+} grew."
      ),
      (
        "was raised in the liver of mice", "is elevated in the kidney of rats",
        "[-was raised-]{+is elevated+} in the [-liver-]{+kidney+} of [-mice-]{+rats+}"
      ),
      (
        "We found that the protein binds DNA", "Our results show the absence of binding",
        "[-We found that the protein binds DNA-]{+Our results show the absence of binding+}"
      ),
      (
        "large old brown mice with the rare new fatal gene", "three young black rats in the few last lethal tests",
        "[-large old brown mice with the rare new fatal gene-]{+three young black rats in the few last lethal tests+}"
      ),
      ("A b\n\nC d", "A b\n\nX y\n\nC d", "A b{+\n\nX y+}\n\nC d"),
      ("one\ntwo\nthree", "one\nthree", "one[-\ntwo-]\nthree"),
      ("a  b", "a b", "a [- -]b"),
      ("line one\r\nline two", "line one\nline two", "line one[-\r\n-]{+\n+}line two"),
      ("raised (in ALS)", "raised [in ALS]", "raised [-(-]{+[+}in ALS[-)-]{+]+}"),
      ("raised in ALS", "raised (in ALS)", "raised {+(+}in ALS{+)+}"),
      ("raised in ALS", "raised, in ALS", "raised{+,+} in ALS"),
      ("raised?", "raised!", "raised[-?-]{+!+}"),
      ("the the cells", "the cells", "[-the -]the cells"),
      ("no no no", "no no no no", "{+no +}no no no"),
      ("café au lait", "cafe\u{301} au lait", "caf[-é-]{+é+} au lait"),
      ("naïve cells", "naive cells", "na[-ï-]{+i+}ve cells"),
      ("seen by 👩‍🔬", "seen by 👩‍🚀", "seen by [-👩‍🔬-]{+👩‍🚀+}"),
      ("肝臓の細胞が死ぬ", "腎臓の細胞が死ぬ", "[-肝-]{+腎+}臓の細胞が死ぬ"),
      ("蛋白质水平升高", "蛋白质水平显著升高", "蛋白质水平{+显著+}升高"),
      ("แมวกินปลา", "แมวกินข้าว", "แมวกิน[-ปลา-]{+ข้าว+}"),
      ("שלום עולם", "שלום חבר", "שלום [-עולם-]{+חבר+}"),
      ("الخلايا تموت", "الخلايا العصبية تموت", "الخلايا{+ العصبية+} تموت"),
      ("세포가 죽는다", "세포가 산다", "세포가 [-죽는다-]{+산다+}"),
      ("GO:0006955", "GO:0006954", "GO:[-0006955-]{+0006954+}"),
      ("see 10.1101/2024.01.02", "see 10.1101/2024.01.03", "see 10.1101/[-2024.01.02-]{+2024.01.03+}"),
      ("raise levels of it", "raised level of it", "raise{+d+} level[-s-] of it"),
      ("serum neuron count", "neurons count", "[-serum -]neuron{+s+} count"),
      ("state-of-the-art assay", "state of the art assay", "state[--of-the--]{+ of the +}art assay"),
      ("The cell. The cell. The cell.", "The cell. The dead cell. The cell.", "The cell. The{+ dead+} cell. The cell."),
      (
        "LCN2 was higher in ALS than in controls, but not in FTD.",
        "LCN2 was not higher in ALS than in controls, or in FTD.",
        "LCN2 was{+ not+} higher in ALS than in controls, [-but not-]{+or+} in FTD."
      ),
      (
        "It binds heparin and, weakly, collagen.", "It binds heparin and collagen.",
        "It binds heparin and[-, weakly,-] collagen."
      ),
      ("", "new", "{+new+}"),
      ("old", "", "[-old-]"),
      ("LCN2 was seen in mice", "LCN2 has seen on mice", "LCN2 [-was-]{+has+} seen [-in-]{+on+} mice"),
      ("they found it", "they bound it", "they [-f-]{+b+}ound it"),
      ("(A) was seen", "[A] was seen", "[-(-]{+[+}A[-)-]{+]+} was seen"),
      ("mice fed on fat, sugar", "mice fed on sugar, fat", "mice fed on[- fat,-] sugar{+, fat+}"),
    ] as [(String, String, String)])
  func splices(_ old: String, _ new: String, _ marked: String) {
    let splices = TextEdit.splices(from: old, to: new)
    #expect(old.marking(splices).utf8.elementsEqual(marked.utf8), "got \(old.marking(splices))")
    #expect(TextEdit.apply(splices, to: old).utf8.elementsEqual(new.utf8))
  }
}
