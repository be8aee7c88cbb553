import AnnotationModel

/// A record, by its name in the model: GRDB, which this module is made with, has a type of the same name.
public typealias Record = AnnotationModel.Record
