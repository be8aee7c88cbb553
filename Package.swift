// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// CI sets this: there a warning is an error; on a user's machine a newer compiler's new warning is not.
let strict: [SwiftSetting] =
  ProcessInfo.processInfo.environment["VARIORUM_STRICT"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])]

let package = Package(
  name: "variorum",
  platforms: [.macOS(.v14)],
  products: [
    .library(
      name: "Variorum",
      targets: [
        "AnnotationStore", "SyncTransports", "SyncProtocol", "Interchange", "AnnotationModel", "ProseCRDT", "CRDT",
      ]),
    .executable(name: "variorum", targets: ["variorum"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Pure: no file, no clock, no randomness, no Foundation.
    .target(name: "CRDT", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .target(name: "ProseCRDT", swiftSettings: strict),
    .target(name: "AnnotationModel", dependencies: ["CRDT", "ProseCRDT"], swiftSettings: strict),
    .target(name: "SyncProtocol", dependencies: ["CRDT"], swiftSettings: strict),
    // Borders.
    .target(name: "CFileIdentity"),
    .target(
      name: "EmbeddedSchema", path: "Schema",
      exclude: [
        "migrations/README.md", "change.cddl", "derived-ids.md", "folder.md", "import-tables.md", "pack.md", "prose.md",
        "records.md", "vectors", "verify.py",
      ], sources: ["EmbeddedSchema.swift"],
      resources: [
        .embedInCode("migrations/v1-initial.sql"), .embedInCode("migrations/v2-merging.sql"),
        .embedInCode("migrations/v3-prose.sql"), .embedInCode("migrations/v4-small-writes.sql"),
        .embedInCode("migrations/v5-remotes.sql"),
      ],
      swiftSettings: strict),
    .target(
      name: "AnnotationStore",
      dependencies: [
        "AnnotationModel", "CFileIdentity", "EmbeddedSchema",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(
      name: "SyncTransports", dependencies: ["SyncProtocol", "AnnotationStore", "CZstd"], swiftSettings: strict),
    .target(name: "Interchange", dependencies: ["AnnotationStore"], swiftSettings: strict),
    .executableTarget(
      name: "variorum",
      dependencies: [
        "AnnotationStore", "Interchange", "ProseCRDT", "SyncProtocol", "SyncTransports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "EmbeddedApp", dependencies: ["AnnotationStore"], path: "Examples/EmbeddedApp", swiftSettings: strict),
    .testTarget(
      name: "CRDTTests", dependencies: ["CRDT", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .testTarget(name: "SyncProtocolTests", dependencies: ["CRDT", "SyncProtocol"], swiftSettings: strict),
    .testTarget(name: "ProseCRDTTests", dependencies: ["ProseCRDT"], swiftSettings: strict),
    .testTarget(name: "AnnotationModelTests", dependencies: ["AnnotationModel"], swiftSettings: strict),
    .testTarget(
      name: "AnnotationStoreTests",
      dependencies: [
        "AnnotationStore", "SyncTransports", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "SyncTransportsTests",
      dependencies: [
        "AnnotationStore", "SyncProtocol", "SyncTransports", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .testTarget(name: "InterchangeTests", dependencies: ["Interchange"], swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests", dependencies: ["variorum", "EmbeddedApp", "AnnotationStore", "SyncTransports"],
      swiftSettings: strict),
    // The simulation: whole replicas in one process, on a disk that fails. Tests/Simulation/run.sh runs many seeds.
    .target(
      name: "CFaultyDisk", dependencies: [.product(name: "GRDBSQLite", package: "GRDB.swift")],
      path: "Tests/Simulation/FaultyDisk"),
    .target(
      name: "Simulation",
      dependencies: [
        "AnnotationStore", "CFaultyDisk", "EmbeddedSchema", "SyncProtocol", "SyncTransports",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Tests/Simulation/World", swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulation/Command", swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation"], path: "Tests/Simulation/Tests", swiftSettings: strict),
  ]
)
