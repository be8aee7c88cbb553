// swift-tools-version: 6.1
import PackageDescription

// Measurements and long checks: programs, never timed tests. Built on their own, in release:
//   swift build -c release --package-path Tests/Benchmarks --scratch-path .build-benchmarks
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(name: "variorum", path: "../.."),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .executableTarget(name: "fuzz", dependencies: [.product(name: "Variorum", package: "variorum")]),
    .executableTarget(name: "laws", dependencies: [.product(name: "Variorum", package: "variorum")]),
    .executableTarget(
      name: "InterchangeBenchmark",
      dependencies: [.product(name: "Variorum", package: "variorum"), .product(name: "GRDB", package: "GRDB.swift")]),
    .executableTarget(
      name: "MergeBenchmark",
      dependencies: [.product(name: "Variorum", package: "variorum"), .product(name: "GRDB", package: "GRDB.swift")]),
    .executableTarget(
      name: "ProseBenchmark",
      dependencies: [.product(name: "Variorum", package: "variorum"), .product(name: "GRDB", package: "GRDB.swift")]),
    .executableTarget(
      name: "StoreBenchmark",
      dependencies: [.product(name: "Variorum", package: "variorum"), .product(name: "GRDB", package: "GRDB.swift")]),
  ]
)
