import AnnotationStore

/// A record as a file states it that names its id, its curator and its time, before the store has checked it.
///
/// Unlike the other drafts, which describe what somebody imports as their own, it is written in the name of whoever
/// wrote it, dated as it was written. References are ids; a record that is referred to may come later in the file.
public struct RecordDraft: Sendable, Equatable {
  /// Where the record begins.
  public var place: Place
  /// What it is.
  public var kind: Kind
  /// Its id.
  public var id: RecordID
  /// Who wrote it; whoever imports it where the file does not say.
  public var curator: RecordID?
  /// When it was written, in milliseconds since 1970 UTC; at the time of the import where the file does not say.
  public var createdMilliseconds: Int64?
  /// What its fields hold, by wire name. Texts of registers are in the spelling of the file, and are normalised.
  public var fields: [String: FieldContent]
  /// Whether it is deleted.
  public var isDeleted = false
  /// Whether one create is all that was ever written to it, and its curator and time are that create's.
  package var isMadeOnce = false
  /// Everything that was written to it, where that is more than one create; what is live is in ``fields``, too.
  package var history: RecordTranscript?

  /// Makes a draft without fields.
  public init(place: Place, kind: Kind, id: RecordID) {
    self.place = place
    self.kind = kind
    self.id = id
    fields = [:]
  }
}
