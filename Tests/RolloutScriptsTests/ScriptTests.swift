import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import RolloutScripts
import Testing

/// Every `.rollout` script holds.
@Suite struct ScriptTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let folder = root.appending(path: "Tests/Scripts")

    /// Scripts may use the signals of the shipped plugins.
    static let logSignals = [
        SignalDescriptor(name: "logs.anomaly", kind: .number, minimum: 0, maximum: 1, worse: .higher, summary: ""),
        SignalDescriptor(name: "logs.bursts", kind: .number, minimum: 0, worse: .higher, summary: ""),
        SignalDescriptor(name: "logs.new_errors", kind: .number, minimum: 0, worse: .higher, summary: ""),
    ]

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".rollout") }.sorted()
    }

    /// Policies lie in `policies`, by name, or beside the script.
    static func policy(_ name: String, beside folder: URL) throws -> Script.PolicyText {
        let places =
            name.contains("/") || name.hasSuffix(".yaml")
            ? [folder.appending(path: name)]
            : [folder.appending(path: "\(name).yaml"), root.appending(path: "policies/\(name)/policy.yaml")]
        guard let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
            throw ReleaseError(.notFound, "there is no policy '\(name)'")
        }
        return .init(text: try String(contentsOf: file, encoding: .utf8), file: file.lastPathComponent)
    }

    static func outcome(_ text: String, name: String, folder: URL = folder) async throws -> ScriptOutcome {
        try await played(text, name: name, folder: folder).outcome
    }

    /// A script's outcome, and the policy that it ran under.
    static func played(_ text: String, name: String, folder: URL = folder) async throws -> (policy: Policy, outcome: ScriptOutcome) {
        let signals = HealthScore.descriptor.signals + logSignals
        let script = try ScriptParser.parse(text, name: name)
        let policy = try script.resolvedPolicy(signals: signals) { try Self.policy($0, beside: folder) }
        let descriptor = HealthScore.descriptor
        let member = EvaluatorFleet.Member(
            use: PluginUse(plugin: descriptor.name, configuration: policy.health.configuration), version: descriptor.version, sha256: "",
            signals: descriptor.signals
        ) { try HealthScore().evaluate($0, CallContext(deadline: .now + .seconds(10))) }
        let runner = try ScriptRunner(script, policy: policy, descriptors: signals, evaluators: EvaluatorFleet([member]))
        return (runner.policy, try await runner.run())
    }

    /// - Throws: the first failure, if there is one.
    static func run(_ text: String, name: String, folder: URL = folder) async throws {
        if let failure = try await outcome(text, name: name, folder: folder).failures.first { throw failure }
    }

    @Test func scriptsAreFound() { #expect(Self.names.count >= 28) }

    @Test(arguments: names) func holds(name: String) async throws {
        try await Self.run(try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8), name: name)
    }

    /// The script in the README is one.
    @Test func theReadmeHolds() async throws {
        let text = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        let parts = text.components(separatedBy: "```")
        try #require(parts.count >= 3)
        try await Self.run(parts[1], name: "README.md")
    }

    /// A script can fail: each expectation, made wrong, is noticed.
    @Test(arguments: [
        ("decision at 0s  start", "decision at 1s  start"), ("weight 10% -> 50%", "weight 10% -> 51%"),
        ("because \"canary is worse\"", "because \"score\""), ("effect at 40s setWeight 0% ok", "effect at 40s setWeight 0% unavailable"),
        ("never after 40s", "never after 30s"), ("state at 3m rolledBack", "state at 3m promoted"),
        ("decision at 20s advance", "# decision at 20s advance"), ("verdict degraded", "verdict healthy"),
    ])
    func aWrongExpectationIsNoticed(right: String, wrong: String) async throws {
        let text = try String(contentsOf: Self.folder.appending(path: "rollback_by_tree.rollout"), encoding: .utf8)
        try #require(text.contains(right))
        let failures = try await Self.outcome(text.replacing(right, with: wrong), name: "wrong").failures
        #expect(failures.allSatisfy { $0.line > 0 && !$0.got.isEmpty })
        #expect(!failures.isEmpty)
    }

    @Test(arguments: [
        ("nonsense at 3s", "begins no line"), ("at 5 pause \"x\"", "not a time"), ("fault at 5s traffic.apply unavailable", "a fault ends"),
        ("decision at 5s explode", "decision at TIME KIND"), ("at 5s supersede \"x\"", "neither a command"),
        ("signals errors.guilty", "NAME=VALUE"),
    ])
    func aLineThatIsNotUnderstoodIsRefused(line: String, reason: String) {
        let error = #expect(throws: ScriptError.self) { try ScriptParser.parse("policy demo\nrun to 1m\n\(line)\n", name: "x") }
        #expect(error?.description.contains(reason) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.hasPrefix("x:3: ") == true)
    }

    @Test func aScriptThatExpectsNothingIsRefused() async {
        await #expect(throws: ScriptError.self) { try await Self.run("policy demo\nstart\nrun to 1m\n", name: "empty") }
    }
}
