// swift-tools-version: 6.1
import PackageDescription

// Targets stand in the order of the layers (see ARCHITECTURE.md). A target depends only on lower layers;
// Tests/ArchitectureTests holds this against the imports of every source file.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A module of Sources/.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// A module of Sources/ that computes over much data: optimised in debug builds, too, since these are what `make build` gives to users. Not for
/// what a plugin depends on: SwiftPM refuses such flags in packages that are named by their version.
func computing(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

/// A plugin of Plugins/: a target of its own, built as lib<Name>.so.
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: ["PluginKit", "ReleaseModel"] + dependencies, path: "Plugins/\(name)",
        exclude: ["README.md"], swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let plugins = [
    "WeightedCanary", "TrafficColoring", "HealthScore", "LogSignals", "PrometheusMetrics", "HTTPProbe", "WebhookChecks", "NginxTraffic",
]

let package = Package(
    name: "tidegate",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tidegate", targets: ["tidegate"]),
        .executable(name: "tidegate-plugin-runner", targets: ["tidegate-plugin-runner"]),
        .executable(name: "tidegate-demo-service", targets: ["tidegate-demo-service"]),
        // What a plugin author imports.
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "ReleaseModel", targets: ["ReleaseModel"]),
        // What Benchmarks/ measures.
        .library(name: "Predicates", targets: ["Predicates"]),
        .library(name: "Routing", targets: ["Routing"]),
        .library(name: "Statistics", targets: ["Statistics"]),
        .library(name: "LogMining", targets: ["LogMining", "ReleaseModel"]),
        .library(
            name: "BenchmarkedParts", targets: ["NginxTraffic", "EdgeService", "Routing", "Predicates", "PluginKit", "ReleaseModel"]),
        .library(name: "FleetParts", targets: ["PrometheusMetrics", "HealthScore", "PluginKit", "ReleaseModel"]),
        .library(
            name: "AuditParts",
            targets: [
                "AuditVerifier", "TransparencyLog", "ReleaseController", "ReleaseStore", "PluginKit", "PostgresClient", "EmbeddedPostgres",
                "ReleaseModel", "Hashing",
            ]),
        // Plugins for the tests of the plugin boundary: good ones and hostile ones.
        .library(name: "fixture-SwiftPlugins", type: .dynamic, targets: ["FixturePlugins"]),
        .library(name: "fixture-HostilePlugins", type: .dynamic, targets: ["HostilePlugins"]),
    ] + plugins.map { .library(name: $0, type: .dynamic, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: ["FullFoundation"]),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // L0: values and algorithms
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CLibZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CSystemClock"),
        .systemLibrary(name: "CJSONMarks"),
        .target(name: "CPluginABI"),
        .target(name: "CPluginSystem"),
        module("Hashing", ["CLibCrypto"]),
        module("Compression", ["CLibZ", "CLibSnappy"]),
        module("TransparencyLog", ["Hashing"]),
        module("ReleaseModel", ["Hashing"]),
        module("Predicates"),
        module("Routing", ["Predicates", "ReleaseModel", "Hashing"]),
        module("NginxPrinting", ["Predicates", "Routing", "ReleaseModel", "Hashing"]),
        module("Statistics"),
        module("ServiceLevels", ["Statistics", "ReleaseModel"]),
        module("LogMining", ["Statistics", "Hashing", "ReleaseModel"]),
        // L1: meaning and boundaries
        module("RolloutEngine", ["ReleaseModel", "Predicates", "Statistics"]),
        module("PolicyLanguage", ["ReleaseModel", "Predicates", "Routing", "LogMining", yams]),
        module("TreePictures", ["ReleaseModel"]),
        module("ReportText", ["ReleaseModel"]),
        module("PluginKit", ["CPluginABI", "ReleaseModel"]),
        module("PolicyImport", ["ReleaseModel", yams]),
        module("PostgresClient", ["CLibPQ", logging]),
        module("EmbeddedPostgres", [logging]),
        module("HTTPClient", ["CLibCurl"]),
        module("ZipArchive", ["CLibZip"]),
        computing("AuditVerifier", ["Hashing", "CJSONMarks"]),
        // L2: parts with state
        module("PluginHost", ["CPluginABI", "CPluginSystem", "PluginKit", "ReleaseModel", "Hashing", logging]),
        module(
            "ReleaseStore", ["PostgresClient", "ReleaseModel", "TransparencyLog", "Hashing", logging],
            resources: [.copy("Queries"), .copy("../../migrations")]),
        module("DecisionReplay", ["RolloutEngine", "PluginKit", "ReleaseModel", "Hashing"]),
        // L3: services
        module(
            "ReleaseController",
            [
                "RolloutEngine", "ReleaseStore", "PluginHost", "PluginKit", "DecisionReplay", "ReleaseModel", "HTTPClient",
                "TransparencyLog",
                "CSystemClock", "Hashing",
                logging, lifecycle,
            ]),
        module(
            "ReleaseServer",
            [
                "ReleaseStore", "ReleaseModel", "PolicyLanguage", "TreePictures", "ReportText", "Predicates", "NginxPrinting",
                "LogMining",
                "TransparencyLog", "Compression", "Hashing", hummingbird, logging, lifecycle,
            ]),
        module("EdgeService", ["Routing", "Predicates", "PluginKit", "ReleaseModel", "Hashing", nioCore, nioPosix, logging]),
        // L4: the command line, and what runs beside it
        module(
            "RolloutScripts",
            [
                "ReleaseController", "ReleaseStore", "RolloutEngine", "PolicyLanguage", "PluginKit", "DecisionReplay", "ReleaseModel",
                "Predicates", "Routing",
            ]),
        .executableTarget(
            name: "tidegate",
            dependencies: [
                "DecisionReplay", "TreePictures", "ReportText", "ZipArchive",
                "ReleaseController", "ReleaseServer", "ReleaseStore", "PluginHost", "PluginKit", "PolicyLanguage", "RolloutEngine",
                "Predicates", "Routing", "NginxPrinting", "Statistics", "ServiceLevels", "LogMining", "EdgeService", "ReleaseModel",
                "PostgresClient",
                "EmbeddedPostgres",
                "HTTPClient", "RolloutScripts", "PolicyImport", "TransparencyLog", "AuditVerifier",
                "Hashing", argumentParser, logging, lifecycle,
            ], resources: [.copy("../../policies")], swiftSettings: settings),
        .executableTarget(
            name: "tidegate-plugin-runner", dependencies: ["PluginHost"], path: "Sources/PluginRunner", swiftSettings: settings),
        .executableTarget(
            name: "tidegate-demo-service", dependencies: [hummingbird, "HTTPClient", logging, argumentParser],
            path: "Sources/DemoService", swiftSettings: settings),
        // Plugins
        plugin("WeightedCanary", ["Routing", "Predicates"]),
        plugin("TrafficColoring", ["Routing", "Predicates"]),
        plugin("HealthScore", ["Statistics", "ServiceLevels"]),
        plugin("LogSignals", ["LogMining", "Statistics", "HTTPClient"]),
        plugin("PrometheusMetrics", ["HTTPClient"]),
        plugin("HTTPProbe", ["HTTPClient"]),
        plugin("WebhookChecks", ["HTTPClient"]),
        plugin("NginxTraffic", ["NginxPrinting", "Routing", "Predicates", "HTTPClient", "Hashing"]),
        .target(
            name: "FixturePlugins", dependencies: ["PluginKit", "ReleaseModel"], path: "Tests/TestPlugins/FixturePlugins",
            swiftSettings: settings),
        .target(name: "HostilePlugins", dependencies: ["CPluginABI"], path: "Tests/TestPlugins/HostilePlugins"),
        // Tests
        tests("Architecture", []),
        tests("Compression", ["Compression"]),
        tests("TransparencyLog", ["TransparencyLog", "Hashing"], exclude: ["pymerkle_trees.py"]),
        tests("ReleaseModel", ["ReleaseModel", "Hashing"]),
        tests("Predicates", ["Predicates"]),
        tests("Routing", ["Routing", "Predicates", "ReleaseModel", "Hashing"]),
        tests("NginxPrinting", ["NginxPrinting", "Predicates", "Routing", "ReleaseModel"]),
        tests("Statistics", ["Statistics"]),
        tests("ServiceLevels", ["ServiceLevels", "Statistics", "ReleaseModel"]),
        tests("LogMining", ["LogMining", "ReleaseModel", "Statistics"]),
        tests("RolloutEngine", ["RolloutEngine", "ReleaseModel"]),
        tests("PolicyLanguage", ["PolicyLanguage", "RolloutEngine", "Routing", "Predicates", "ReleaseModel"]),
        tests("PolicyImport", ["PolicyImport", "PolicyLanguage", "ReleaseModel", "Predicates"]),
        tests("TreePictures", ["TreePictures", "ReleaseModel"]),
        tests("PluginKit", ["PluginKit", "CPluginABI", "ReleaseModel"]),
        tests("PostgresClient", ["PostgresClient", "EmbeddedPostgres", logging]),
        tests("EmbeddedPostgres", ["EmbeddedPostgres", "PostgresClient", logging]),
        tests("HTTPClient", ["HTTPClient"]),
        tests(
            "AuditVerifier",
            [
                "AuditVerifier", "ReleaseController", "ReleaseStore", "PluginKit", "TransparencyLog", "PostgresClient", "EmbeddedPostgres",
                "ReleaseModel", "Hashing", logging,
            ]),
        tests("PluginHost", ["PluginHost", "PluginKit", "ReleaseModel", "Hashing", logging]),
        tests("ReleaseStore", ["ReleaseStore", "RolloutEngine", "PostgresClient", "EmbeddedPostgres", "ReleaseModel", "Hashing", logging]),
        tests(
            "ReleaseServer",
            [
                "ReleaseServer", "ReleaseStore", "ReleaseModel", "PostgresClient", "EmbeddedPostgres", "HTTPClient", "PolicyLanguage",
                "Predicates", "Compression", "Hashing", logging, lifecycle,
            ], exclude: ["Shippers"]),
        tests("ZipArchive", ["ZipArchive"]),
        tests("DecisionReplay", ["DecisionReplay", "RolloutEngine", "PluginKit", "ReleaseModel"]),
        tests(
            "ReleaseController",
            [
                "ReleaseController", "ReleaseStore", "RolloutEngine", "PluginHost", "PluginKit", "DecisionReplay", "ReleaseModel",
                "Hashing",
                logging,
            ]),
        tests("EdgeService", ["EdgeService", "Routing", "PluginKit", "ReleaseModel", logging]),
        tests("RolloutScripts", ["RolloutScripts", "DecisionReplay", "HealthScore", "PluginKit", "ReleaseModel"]),
        tests("WeightedCanary", ["WeightedCanary", "Routing", "PluginKit", "ReleaseModel", "CPluginABI"]),
        tests("TrafficColoring", ["TrafficColoring", "Routing", "PluginKit", "ReleaseModel"]),
        tests("HealthScore", ["HealthScore", "Statistics", "PluginKit", "ReleaseModel"]),
        tests("LogSignals", ["LogSignals", "LogMining", "PluginKit", "ReleaseModel"]),
        tests("PrometheusMetrics", ["PrometheusMetrics", "HTTPClient", "PluginKit", "ReleaseModel"]),
        tests("HTTPProbe", ["HTTPProbe", "HTTPClient", "PluginKit", "ReleaseModel"]),
        tests("WebhookChecks", ["WebhookChecks", "PluginKit", "ReleaseModel"]),
        tests(
            "NginxTraffic",
            [
                "NginxTraffic", "NginxPrinting", "WeightedCanary", "TrafficColoring", "EdgeService", "Routing", "Predicates", "PluginKit",
                "ReleaseModel", "HTTPClient", "Hashing", logging,
            ], exclude: ["Support/GRPC"]),
        tests("DemoService", ["tidegate-demo-service", "HTTPClient", "LogMining", "ReleaseModel"]),
        tests(
            "CommandLine",
            [
                "tidegate", "ReleaseServer", "ReleaseController", "ReleaseStore", "ReleaseModel", "PostgresClient", "EmbeddedPostgres",
                "HTTPClient", "PluginHost", "PluginKit", "TransparencyLog", "EdgeService", "Routing", "DecisionReplay", "RolloutEngine",
                "ZipArchive",
                "PolicyLanguage", "Predicates", "ReportText", "Hashing", argumentParser, logging, lifecycle,
            ]),
        tests("EndToEnd", ["tidegate", "tidegate-plugin-runner", "tidegate-demo-service", "HTTPClient", "ReleaseModel", "Hashing"]),
    ],
    swiftLanguageModes: [.v6]
)
