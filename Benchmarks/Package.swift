// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody builds it who only wants Tidegate. `make bench` runs it.
let package = Package(
    name: "tidegate-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tidegate", path: "..")],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "Predicates", package: "tidegate"), .product(name: "Routing", package: "tidegate"),
                .product(name: "ReleaseModel", package: "tidegate"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
