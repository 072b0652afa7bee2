// swift-tools-version: 6.1
import PackageDescription

// A package of its own: it needs few of Tidegate's modules, built for release. `make bench` runs it.
// BenchmarkResult, PairedRounds and ProcessorTime are links to those of Benchmarks/.
let package = Package(
    name: "tidegate-fleet-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tidegate", path: "../..")],
    targets: [
        .executableTarget(
            name: "Fleet", dependencies: [.product(name: "FleetParts", package: "tidegate")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
