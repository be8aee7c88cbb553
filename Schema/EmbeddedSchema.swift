/// The SQL migrations under `Schema/migrations`, compiled in so that the files there are the only copy.
public enum EmbeddedSchema {
  /// The migrations in the order in which they are applied: name and SQL text.
  public static let migrations: [(name: String, sql: String)] = [
    ("v1-initial", String(decoding: PackageResources.v1_initial_sql, as: UTF8.self)),
    ("v2-merging", String(decoding: PackageResources.v2_merging_sql, as: UTF8.self)),
    ("v3-prose", String(decoding: PackageResources.v3_prose_sql, as: UTF8.self)),
    ("v4-small-writes", String(decoding: PackageResources.v4_small_writes_sql, as: UTF8.self)),
    ("v5-remotes", String(decoding: PackageResources.v5_remotes_sql, as: UTF8.self)),
    ("v6-origin", String(decoding: PackageResources.v6_origin_sql, as: UTF8.self)),
  ]
}
