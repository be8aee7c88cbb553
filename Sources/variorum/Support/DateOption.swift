import AnnotationModel
import Foundation

/// A day, month, year or minute in local time, as people give it to `--since` and `--until`.
struct DateOption {
  /// When it begins.
  let startMilliseconds: Int64
  /// When it is over.
  let endMilliseconds: Int64

  /// Reads `YYYY[-MM[-DD[THH:MM]]]` or `today`.
  ///
  /// - Throws: ``CLIError/invalid(_:)``.
  init(_ option: String, _ text: String, now: Date = Date(), calendar: Calendar = Calendar(identifier: .gregorian))
    throws
  {
    func refused(_ reason: String) -> CLIError {
      .invalid(
        "\(option): \(IdentifierError.quoted(text)) \(reason) (expected YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDTHH:MM or today)"
      )
    }
    var start: Date? = calendar.startOfDay(for: now)
    var unit = Calendar.Component.day
    if text != "today" {
      guard let (components, smallest) = Self.components(text) else { throw refused("is not a date") }
      start = calendar.date(from: components)
      unit = smallest
    }
    guard let start, let end = calendar.date(byAdding: unit, value: 1, to: start) else { throw refused("is no day") }
    startMilliseconds = Int64(start.timeIntervalSince1970 * 1000)
    endMilliseconds = Int64(end.timeIntervalSince1970 * 1000)
  }

  private static func components(_ text: String) -> (DateComponents, Calendar.Component)? {
    let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " }).map(String.init)
    guard let first = parts.first, parts.count <= 2, let date = try? PartialDate(parsing: first) else { return nil }
    var components = DateComponents(year: date.year, month: date.month ?? 1, day: date.day ?? 1)
    guard parts.count == 2 else { return (components, date.day != nil ? .day : date.month != nil ? .month : .year) }
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard date.day != nil, time.count == 2, time.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(time[0]),
      let minute = Int(time[1]), (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    (components.hour, components.minute) = (hour, minute)
    return (components, .minute)
  }
}
