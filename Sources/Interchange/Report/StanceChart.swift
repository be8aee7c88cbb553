import AnnotationStore

/// The tally of stances as a small bar in SVG.
///
/// What tells the stances apart is tone and hatching before colour, so that the bar reads in greyscale and to people
/// who do not tell red from green; the numbers stand beside it as text, and in its description.
enum StanceChart {
  private static let width = 240
  private static let height = 12

  /// The hatchings that the bars share; to be put once, before the first bar.
  static let patterns = """
    <svg width="0" height="0" class="defs" aria-hidden="true" focusable="false"><defs>
    <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="5" height="5" class="hatch-ground"/><rect width="2.4" height="5" class="hatch-line"/></pattern>
    <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">
    <rect width="5" height="5" class="dots-ground"/><circle cx="2.5" cy="2.5" r="0.9" class="dots-dot"/></pattern>
    </defs></svg>
    """

  /// The bar with its numbers; nothing where nobody assessed anything.
  static func figure(_ tally: [(stance: String, count: Int)], name: String, what: String) -> String {
    let total = tally.reduce(0) { $0 + $1.count }
    if total == 0 { return "" }
    var parts = ""
    var done = 0
    for (stance, count) in tally where count > 0 {
      // Rounding where the parts end, and not how wide they are, makes them fill the bar.
      let (start, end) = (width * done / total, width * (done + count) / total)
      parts += "<rect class=\"\(stance)\" x=\"\(start)\" y=\"0\" width=\"\(end - start)\" height=\"\(height)\"/>"
      done += count
    }
    let legend = tally.map { stance, count in
      "<span\(count == 0 ? " class=\"none\"" : "")>\(key(stance))\(count) \(label(stance, count))</span>"
    }
    return """
      <figure class="tally">
      <svg viewBox="-0.5 -0.5 \(width + 1) \(height + 1)" width="\(width + 1)" height="\(height + 1)" role="img" \
      aria-labelledby="tally-\(name)-title tally-\(name)-desc"><title id="tally-\(name)-title">Assessments of \(what)\
      </title><desc id="tally-\(name)-desc">\(ReportWords.tally(tally)) of \(total)</desc>\(parts)\
      <rect class="frame" x="0" y="0" width="\(width)" height="\(height)"/></svg>
      <figcaption>\(legend.joined(separator: " "))</figcaption>
      </figure>

      """
  }

  private static func label(_ stance: String, _ count: Int) -> String {
    switch stance {
    case "supports": count == 1 ? "supports" : "support"
    case "disputes": count == 1 ? "disputes" : "dispute"
    default: stance
    }
  }

  /// The little square that stands for a stance.
  static func key(_ stance: String) -> String {
    let name = Vocabulary.stance.contains(stance) ? stance : "uncertain"
    return
      "<svg class=\"key\" viewBox=\"0 0 10 10\" width=\"10\" height=\"10\" aria-hidden=\"true\" focusable=\"false\">"
      + "<rect class=\"\(name)\" x=\"0.5\" y=\"0.5\" width=\"9\" height=\"9\"/>"
      + "<rect class=\"frame\" x=\"0.5\" y=\"0.5\" width=\"9\" height=\"9\"/></svg>"
  }
}
