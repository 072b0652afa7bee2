// swift-tools-version: 6.1
import PackageDescription

// What the history costs: appends beside bare inserts, verification beside bare hashing, proofs beside look-ups. `make bench-audit` runs it.
let package = Package(
    name: "tidegate-audit-bench",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tidegate", path: "../..")],
    targets: [
        .executableTarget(name: "bench-audit", dependencies: [.product(name: "AuditParts", package: "tidegate")])
    ],
    swiftLanguageModes: [.v6]
)
