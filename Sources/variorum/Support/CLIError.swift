/// Why a verb did not do what it was asked, where no library error says it; the text ends with the remedy in
/// parentheses.
enum CLIError: Error, Hashable {
  /// What was typed cannot be understood: exit code 2.
  case usage(String)
  /// The verb was understood and did not succeed: exit code 1.
  case failed(String)
  /// Something was written by a newer version: exit code 1, as of a newer store.
  case newer(String)
  /// The input was refused: exit code 4.
  case invalid(String)
  /// It was asked whether conflicts are open, and some are: exit code 3.
  case conflictsOpen
}
