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
    .library(name: "Variorum", targets: ["AnnotationModel", "ProseCRDT", "CRDT"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
  ],
  targets: [
    // Pure: no file, no clock, no randomness, no Foundation.
    .target(name: "CRDT", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .target(name: "ProseCRDT", swiftSettings: strict),
    .target(name: "AnnotationModel", dependencies: ["CRDT", "ProseCRDT"], swiftSettings: strict),
    .testTarget(
      name: "CRDTTests", dependencies: ["CRDT", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .testTarget(name: "ProseCRDTTests", dependencies: ["ProseCRDT"], swiftSettings: strict),
    .testTarget(name: "AnnotationModelTests", dependencies: ["AnnotationModel"], swiftSettings: strict),
  ]
)
