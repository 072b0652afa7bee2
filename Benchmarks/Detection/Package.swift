// swift-tools-version: 6.1
import PackageDescription

// How soon a bad canary is found and how often a good one is accused, by Tidegate and by its peers. `make bench-detection` runs it.
let package = Package(
    name: "tidegate-detection",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "Detection", targets: ["bench-detection"])],
    dependencies: [.package(name: "tidegate", path: "../..")],
    targets: [
        .target(name: "Detection", dependencies: [.product(name: "Statistics", package: "tidegate")]),
        .executableTarget(name: "bench-detection", dependencies: ["Detection"]),
        .testTarget(name: "DetectionTests", dependencies: ["Detection", .product(name: "Statistics", package: "tidegate")]),
    ],
    swiftLanguageModes: [.v6]
)
