// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody builds it who only wants Tidegate. `make bench` and `make fuzz` run it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let predicates = Target.Dependency.product(name: "Predicates", package: "tidegate")
let parts = Target.Dependency.product(name: "BenchmarkedParts", package: "tidegate")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "tidegate-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tidegate", path: ".."), .package(url: "https://github.com/apple/swift-log", from: "1.16.0")],
    targets: [
        .executableTarget(name: "Benchmarks", dependencies: [parts, logging], swiftSettings: settings),
        // Inputs/ and Generator.swift are links to the short version's in Tests/PredicatesTests.
        .executableTarget(name: "Fuzz", dependencies: [predicates], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
