import Hashing
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// Policies, targets, plugins, tokens and logs.
@Suite struct PlanTests {
    @Test func aPolicyIsRecordedOnceForEachContent() async throws {
        try await Bench.with { bench in
            let first = try await bench.store.applyPolicy(source: "a", policy: Example.policy, actor: Example.ann, reason: "begin")
            #expect(first.version == 1)
            #expect(first.digest == (try Example.policy.digest))
            #expect(first.appliedBy == Example.ann)
            #expect(try await bench.store.applyPolicy(source: "a # comment", policy: Example.policy, actor: Example.ann) == first)
            var changed = Example.policy
            changed.bake = .seconds(5)
            let second = try await bench.store.applyPolicy(source: "b", policy: changed, actor: Example.ann)
            #expect(second.version == 2)
            // Back to the first content: a new version with the old digest.
            let third = try await bench.store.applyPolicy(source: "a", policy: Example.policy, actor: Example.ann)
            #expect(third.version == 3)
            #expect(third.digest == first.digest)
            #expect(try await bench.store.policies() == [third])
            #expect(try await bench.store.policy("demo") == third)
            #expect(try await bench.store.policy(second.digest) == second)
            #expect(await refusal { try await bench.store.policy("demos") }?.advice?.contains("demo") == true)
        }
    }

    @Test func aTargetAppliedAgainKeepsWhatPromotionsMadeStable() async throws {
        try await Bench.prepared { bench async throws in
            #expect(try await bench.store.targets() == [Example.target])
            var changed = Example.target
            changed.services[0].stable = "v2"
            changed.nodes.removeLast()
            var expected = changed
            expected.services[0].stable = "v1"
            #expect(try await bench.store.applyTarget(changed, actor: Example.ann) == expected)
            #expect(try await bench.store.applyTarget(changed, actor: Example.ann, resetStable: true) == changed)
        }
    }

    @Test func aTargetKeepsWhatAReleaseStandsOn() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.progressing()
            var without = Example.target
            without.services[0].revisions.removeAll { $0.name == "v2" }
            var gone = Example.target
            gone.services.removeFirst()
            var moved = Example.target
            moved.services[0].stable = "v3"
            for (target, reset) in [(without, false), (gone, false), (moved, true)] {
                #expect(
                    await refusal { try await bench.store.applyTarget(target, actor: Example.ann, resetStable: reset) }?.code == .conflict)
            }
            #expect(try await bench.store.targets() == [Example.target])
            var more = Example.target
            more.services[0].revisions.append(TargetRevision(name: "v4", servers: ["127.0.0.1:1"]))
            #expect(try await bench.store.applyTarget(more, actor: Example.ann) == more)
        }
    }

    @Test func aTargetIsCheckedBeforeItIsSent() async throws {
        try await Bench.with { bench in
            var bad = Example.target
            bad.services[0].name = "check out"
            #expect(await refusal { try await bench.store.applyTarget(bad, actor: Example.ann) }?.code == .invalidInput)
            bad = Example.target
            bad.services[0].stable = "v9"
            #expect(await refusal { try await bench.store.applyTarget(bad, actor: Example.ann) }?.code == .invalidInput)
            bad = Example.target
            bad.nodes.append(bad.nodes[0])
            #expect(await refusal { try await bench.store.applyTarget(bad, actor: Example.ann) }?.reason.contains("twice") == true)
        }
    }

    @Test func atMostOnePinOfANameIsInForce() async throws {
        try await Bench.with { bench in
            func pin(_ bytes: String) async throws -> PluginPin {
                try await bench.store.pinPlugin(
                    name: "HealthScore", version: "1.0", kind: "scoring", sha256: SHA256Digest(of: bytes).hex, trusted: false,
                    actor: Example.ann)
            }
            let first = try await pin("a")
            #expect(try await pin("a") == first)
            let second = try await pin("b")
            #expect(second.sha256 == SHA256Digest(of: "b").hex)
            #expect(try await bench.store.pluginPins() == [second])
            #expect(try await bench.store.pluginPin("LogSignals") == nil)
            #expect(try await bench.count("plugin") == 2)
        }
    }

    @Test func aTokenIsKnownByItsSecretUntilItIsRevoked() async throws {
        try await Bench.with { bench in
            let (token, secret) = try await bench.store.createToken(name: "ci", role: .operator, actor: Example.ann)
            #expect(try await bench.store.verifyToken(secret) == token)
            var wrong = Array(secret)
            wrong[wrong.count - 1] = wrong.last == "0" ? "1" : "0"
            #expect(try await bench.store.verifyToken(String(wrong)) == nil)
            for text in ["", "tdg_", "ci", secret + "0", secret.uppercased()] { #expect(try await bench.store.verifyToken(text) == nil) }
            #expect(await refusal { try await bench.store.createToken(name: "ci", role: .admin, actor: Example.ann) }?.code == .conflict)
            let stored = try await bench.admin.query("SELECT token::text AS row FROM tidegate.token").only()["row"].string()
            #expect(!stored.contains(secret.suffix(64)))
            try await bench.store.revokeToken("ci", actor: Example.ann, reason: "leaked")
            #expect(try await bench.store.verifyToken(secret) == nil)
            #expect(await refusal { try await bench.store.revokeToken("ci", actor: Example.ann) }?.code == .notFound)
            _ = try await bench.store.createToken(name: "ci", role: .auditor, actor: Example.ann)
            #expect(try await bench.store.tokens().map { $0.revokedAt == nil } == [false, true])
            for entry in try await bench.store.history() {
                #expect(!String(decoding: entry.bytes, as: UTF8.self).contains(secret.suffix(64)))
            }
        }
    }

    @Test func logCountsAddUpAndEachWindowComesOnce() async throws {
        try await Bench.prepared { bench in
            func count(_ template: String, _ number: Int, at second: Double) -> LogCount {
                LogCount(
                    arm: "", instance: "", template: template, text: "failed <*>\0", severity: .error, exceptionClass: "TimeoutException",
                    count: number,
                    windowStart: Example.noon + .seconds(second))
            }
            func add(_ revision: String, _ counts: [LogCount]) async throws {
                try await bench.store.addLogCounts(LogCountBatch(service: "checkout", revision: revision, instance: "i1", counts: counts))
            }
            try await add("v1", [count("t1", 2, at: 0), count("t1", 3, at: 4), count("t2", 1, at: 10)])
            try await add("v1", [count("t1", 5, at: 0)])
            try await add("v2", [count("t1", 7, at: 20)])
            func read(_ from: Double, _ to: Double) async throws -> [RevisionLogCount] {
                try await bench.store.logCounts(
                    service: "checkout", revisions: ["v1", "v2"], after: Example.noon + .seconds(from), through: Example.noon + .seconds(to)
                )
            }
            #expect(try await read(0, 9).isEmpty, "a window comes when it is complete")
            let first = try await read(0, 10)
            #expect(first.map(\.count.count) == [10])
            #expect(first[0].count.text == "failed <*>\u{FFFD}")
            #expect(first[0].count.exceptionClass == "TimeoutException")
            let rest = try await read(10, 30)
            #expect(rest.map(\.revision) == ["v1", "v2"])
            // Poll windows that are not aligned still see each count window once.
            let pieces = [try await read(-5, 12), try await read(12, 25), try await read(25, 31)].flatMap { $0 }
            #expect(pieces == first + rest)
            let arms = [Arm(name: Arm.stable, revision: "v1", weight: .full)]
            #expect(rest.asLogCounts(arms: arms).map(\.arm) == [Arm.stable])
            #expect(
                try await bench.store.prune(pollsBefore: Example.noon, logCountsBefore: Example.noon + .seconds(15)) == 2)
        }
    }

    @Test func addingTheSameCountsAtTheSameTimeLosesNone() async throws {
        try await Bench.prepared { bench in
            let counts = (0..<20).map { number in
                LogCount(
                    arm: "", instance: "", template: "t\(number)", text: "x", severity: .info, exceptionClass: nil, count: 1,
                    windowStart: Example.noon)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<8 {
                    group.addTask {
                        try await bench.store.addLogCounts(
                            LogCountBatch(
                                service: "checkout", revision: "v1", instance: "i", counts: turn % 2 == 0 ? counts : counts.reversed()))
                    }
                }
                try await group.waitForAll()
            }
            let all = try await bench.store.logCounts(
                service: "checkout", revisions: ["v1"], after: Example.noon, through: Example.noon + .seconds(10))
            #expect(all.map(\.count.count) == Array(repeating: 8, count: 20))
        }
    }
}
