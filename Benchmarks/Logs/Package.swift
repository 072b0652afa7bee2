// swift-tools-version: 6.1
import PackageDescription

// How well and how fast log templates are mined, beside Drain3. `make bench-logs` runs it.
let package = Package(
    name: "tidegate-logs",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "Logs", targets: ["bench-logs"])],
    dependencies: [.package(name: "tidegate", path: "../..")],
    targets: [
        .target(name: "LogBenchmark", dependencies: [.product(name: "LogMining", package: "tidegate")]),
        .executableTarget(name: "bench-logs", dependencies: ["LogBenchmark"]),
        .testTarget(name: "LogBenchmarkTests", dependencies: ["LogBenchmark"]),
    ],
    swiftLanguageModes: [.v6]
)
