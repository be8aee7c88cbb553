import AnnotationModel

extension Store {
  /// Writes the whole log to a file, as ``exportLog(_:)`` does; a crash leaves no file of that name or a complete one.
  ///
  /// - Returns: how many changes there are.
  /// - Throws: ``StoreError/identity(_:)`` where there is a file already, or it cannot be written.
  public func exportLog(to path: String) throws -> Int {
    try StoreErrors.mappingDatabaseErrors(path) {
      try DurableFile.create(path) { write in try exportLog(write) }
    }
  }
}
