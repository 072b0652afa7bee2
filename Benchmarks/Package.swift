// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody builds it who only wants Tidegate. `make bench` and `make fuzz` run it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let predicates = Target.Dependency.product(name: "Predicates", package: "tidegate")

let package = Package(
    name: "tidegate-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tidegate", path: "..")],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                predicates, .product(name: "Routing", package: "tidegate"), .product(name: "ReleaseModel", package: "tidegate"),
            ], swiftSettings: settings),
        // Inputs/ and Generator.swift are links to the short version's in Tests/PredicatesTests.
        .executableTarget(name: "Fuzz", dependencies: [predicates], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
