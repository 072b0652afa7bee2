import DecisionReplay
import Hashing
import PluginKit
import ReleaseModel
import RolloutEngine
import Testing

@Suite struct EvidenceTests {
    static let policy = Policy.example

    static func evidence(details: JSONValue? = nil) throws -> Evidence {
        Evidence(
            release: "checkout-7", policyDigest: try policy.digest, event: .begin, before: RolloutState(),
            now: Timestamp(rfc3339: "2026-11-21T02:00:00Z")!,
            signals: [SignalDescriptor(name: "score", kind: .number, minimum: 0, maximum: 100, worse: .lower, summary: "the score")],
            details: details)
    }

    @Test func whatIsStoredIsReadAgain() throws {
        let evidence = try Self.evidence(details: ["nodes": []])
        let read = try Evidence(try JSONValue(parsing: evidence.canonicalBytes))
        #expect(read.event == evidence.event)
        #expect(read.before == evidence.before)
        #expect(read.details == ["nodes": []])
        #expect(read.signals?.first?.maximum == 100)
        #expect(read.signals?.first?.summary == "", "the summary is for people and is not stored")
        #expect(read.canonicalBytes == evidence.canonicalBytes)
    }

    @Test func evidenceFromBeforeTheDescriptorsIsRead() throws {
        var evidence = try Self.evidence()
        evidence.signals = nil
        let read = try Evidence(try JSONValue(parsing: evidence.canonicalBytes))
        let replay = try EngineReplay(policy: try JSONValue(encoding: Self.policy))
        #expect(throws: ReplayProblem.noSchema) { try replay.step(read) }
        #expect(try replay.step(read, schema: []).decisions.count == 1)
    }

    /// A release must never stand still because its evidence has outgrown the limit.
    @Test func tooLargeDetailsAreLeftOutAndNamed() throws {
        let details: JSONValue = ["samples": .string(String(repeating: "x", count: Evidence.maximumBytes))]
        let stored = try JSONValue(parsing: try Self.evidence(details: details).canonicalBytes)
        #expect(stored["details"]?["sha256"]?.string == details.digest.hex)
        #expect(stored["event"] != nil)
        var evaluated = try Evidence(stored)
        evaluated.event = .evaluated(
            .init(windowStart: evaluated.now, windowEnd: evaluated.now, signals: [], sinceMark: [], canaryRequests: nil))
        #expect(throws: ReplayProblem.self) { try RecordedWindow(evaluated) }
    }

    @Test(arguments: [
        ("{}", "does not name its format"), (#"{"format": "tidegate/evidence/v9"}"#, "this program reads"),
        (#"{"format": "tidegate/evidence/v1", "release": "a"}"#, "is missing"),
    ]) func whatIsNoEvidenceIsRefused(document: String, reason: String) throws {
        let document = try JSONValue(parsing: document.utf8)
        let error = #expect(throws: ReplayProblem.self) { try Evidence(document) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func anotherPolicyIsRefused() throws {
        var other = Self.policy
        other.bake = .seconds(31)
        let replay = try EngineReplay(policy: try JSONValue(encoding: other))
        let error = #expect(throws: ReplayProblem.self) { try replay.step(try Self.evidence()) }
        #expect(error?.description.contains("names policy") == true)
    }

    @Test func theFirstDifferenceIsNamed() {
        let old: JSONValue = ["a": 1, "b": [1, 2, ["c": true]]]
        #expect(ReplayDifference.first(recorded: old, replayed: old) == nil)
        let new: JSONValue = ["a": 1, "b": [1, 2, ["c": false]]]
        #expect(ReplayDifference.first(recorded: old, replayed: new)?.place == "b[2].c")
        #expect(ReplayDifference.first(recorded: old, replayed: ["b": [1]])?.place == "a")
        #expect(ReplayDifference.first(recorded: ["b": [1]], replayed: ["b": [1, 2]])?.place == "b[1]")
    }

    @Test func pluginsAgreeToNineDecimals() {
        let tolerance = ReplayDifference.pluginTolerance
        #expect(ReplayDifference.first(recorded: 1.0, replayed: 1.0000000005, tolerance: tolerance) == nil)
        #expect(ReplayDifference.first(recorded: 1.0, replayed: 1.000000002, tolerance: tolerance) != nil)
        #expect(ReplayDifference.first(recorded: 1_000_000_000_000, replayed: 1_000_000_000_100, tolerance: tolerance) == nil)
        #expect(ReplayDifference.first(recorded: 1.0, replayed: 1.0000000005) != nil, "the engine agrees exactly")
        #expect(ReplayDifference.first(recorded: 1.0, replayed: "1", tolerance: 1) != nil)
    }
}
