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
    .library(name: "VariorumHub", targets: ["Hub"]),
    .executable(name: "variorum", targets: ["variorum"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Pure: no file, no clock, no randomness, no Foundation.
    .target(name: "CRDT", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .target(name: "ProseCRDT", swiftSettings: strict),
    .target(name: "AnnotationModel", dependencies: ["CRDT", "ProseCRDT"], swiftSettings: strict),
    .target(name: "SyncProtocol", dependencies: ["CRDT"], swiftSettings: strict),
    // Borders.
    .target(name: "CFileIdentity"),
    .target(name: "CWriteAheadLog", dependencies: [.product(name: "GRDBSQLite", package: "GRDB.swift")]),
    .target(
      name: "EmbeddedSchema", path: "Schema",
      exclude: [
        "migrations/README.md", "change.cddl", "context.jsonld", "derived-ids.md", "folder.md", "hub.md",
        "hub.openapi.yaml", "import-tables.md", "nanopub.md", "pack.md", "quotes.md",
        "prose.md",
        "records.md", "records.schema.json", "sheets.md", "vectors", "verify.py",
      ], sources: ["EmbeddedSchema.swift"],
      resources: [
        .embedInCode("migrations/v1-initial.sql"), .embedInCode("migrations/v2-merging.sql"),
        .embedInCode("migrations/v3-prose.sql"), .embedInCode("migrations/v4-small-writes.sql"),
        .embedInCode("migrations/v5-remotes.sql"), .embedInCode("migrations/v6-origin.sql"),
      ],
      swiftSettings: strict),
    .target(
      name: "AnnotationStore",
      dependencies: [
        "AnnotationModel", "CFileIdentity", "CWriteAheadLog", "EmbeddedSchema",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(
      name: "SyncTransports",
      dependencies: [
        "SyncProtocol", "AnnotationStore", "CZstd",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: strict),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "Interchange",
      dependencies: [
        "AnnotationStore", "CZlib", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "Hub",
      dependencies: [
        "AnnotationStore", "CZlib", "SyncProtocol", "SyncTransports", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "variorum",
      dependencies: [
        "AnnotationStore", "Hub", "Interchange", "ProseCRDT", "SyncProtocol", "SyncTransports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
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
        "AnnotationStore", "CWriteAheadLog", "SyncTransports", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "SyncTransportsTests",
      dependencies: [
        "AnnotationStore", "Hub", "SyncProtocol", "SyncTransports", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "X509", package: "swift-certificates"),
      ], swiftSettings: strict),
    .testTarget(
      name: "HubTests",
      dependencies: [
        "AnnotationStore", "Hub", "SyncProtocol", "SyncTransports", "variorum",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"), .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .testTarget(
      name: "InterchangeTests", dependencies: ["Interchange", "SyncTransports"], exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "variorum", "EmbeddedApp", "AnnotationStore", "SyncTransports",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // The simulation: whole replicas in one process, on a disk that fails. Tests/Simulation/run.sh runs many seeds.
    .target(
      name: "CFaultyDisk", dependencies: [.product(name: "GRDBSQLite", package: "GRDB.swift")],
      path: "Tests/Simulation/FaultyDisk"),
    .target(
      name: "Simulation",
      dependencies: [
        "AnnotationStore", "CFaultyDisk", "EmbeddedSchema", "Hub", "SyncProtocol", "SyncTransports",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"), .product(name: "NIOCore", package: "swift-nio"),
      ], path: "Tests/Simulation/World", swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulation/Command", swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation"], path: "Tests/Simulation/Tests", swiftSettings: strict),
  ]
)
