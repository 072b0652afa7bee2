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

    @discardableResult
    static func run(_ text: String, name: String) throws -> ScriptRunner {
        let signals = HealthScore.descriptor.signals + logSignals
        let script = try ScriptParser.parse(text, name: name)
        let policy = try script.resolvedPolicy(signals: signals) { name in
            try String(contentsOf: root.appending(path: "policies/\(name)/policy.yaml"), encoding: .utf8)
        }
        let scoring = ScriptRunner.Scoring(descriptor: HealthScore.descriptor) { request in
            try HealthScore().evaluate(request, CallContext(deadline: .now + .seconds(10)))
        }
        var runner = try ScriptRunner(script, policy: policy, descriptors: signals, scoring: scoring)
        try runner.run()
        return runner
    }

    @Test func scriptsAreFound() { #expect(Self.names.count >= 28) }

    @Test(arguments: names) func holds(name: String) throws {
        try Self.run(try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8), name: name)
    }

    /// The script in the README is one.
    @Test func theReadmeHolds() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        let parts = text.components(separatedBy: "```")
        try #require(parts.count >= 3)
        try Self.run(parts[1], name: "README.md")
    }

    /// A script can fail: each expectation, made wrong, is noticed.
    @Test(arguments: [
        ("decision at 0s  start", "decision at 1s  start"), ("weight 10% -> 50%", "weight 10% -> 51%"),
        ("because \"canary is worse\"", "because \"score\""), ("effect at 40s setWeight 0% ok", "effect at 40s setWeight 0% unavailable"),
        ("never after 40s", "never after 30s"), ("state at 3m rolledBack", "state at 3m promoted"),
        ("decision at 20s advance", "# decision at 20s advance"), ("verdict degraded", "verdict healthy"),
    ])
    func aWrongExpectationIsNoticed(right: String, wrong: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "rollback_by_tree.rollout"), encoding: .utf8)
        try #require(text.contains(right))
        #expect(throws: ScriptError.self) { try Self.run(text.replacing(right, with: wrong), name: "wrong") }
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

    @Test func aScriptThatExpectsNothingIsRefused() {
        #expect(throws: ScriptError.self) { try Self.run("policy demo\nstart\nrun to 1m\n", name: "empty") }
    }
}
