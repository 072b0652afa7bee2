import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// Masked samples of log lines, and the events that log sequences wait for.
@Suite struct LogEvidenceTests {
    private static let arms = [Arm(name: Arm.stable, revision: "v1", weight: .full), Arm(name: Arm.canary, revision: "v2", weight: .zero)]

    @Test func aFewSamplesOfEachTemplateAreKept() async throws {
        try await Bench.with { bench in
            func count(_ template: String, _ severity: LogSeverity) -> LogCount {
                LogCount(
                    arm: "", instance: "", template: template, text: "x <*>", severity: severity, exceptionClass: nil, count: 2,
                    windowStart: Example.noon)
            }
            try await bench.store.addLogCounts(
                LogCountBatch(service: "checkout", revision: "v2", instance: "i1", counts: [count("t1", .error), count("t2", .info)]))
            for number in 1...5 {
                try await bench.store.addLogSamples(
                    ["t1", "t2", "unknown"].map {
                        LogSample(template: $0, line: "line \(number)", at: Example.noon + .seconds(Double(number)))
                    },
                    service: "checkout", revision: "v2")
            }
            let kept = try await bench.admin.query("SELECT line FROM tidegate.log_sample WHERE template = 't1' ORDER BY slot")
            #expect(try kept.map { try $0["line"].string() } == ["line 1", "line 2", "line 3"])
            let counts = try await bench.store.logCounts(
                service: "checkout", revisions: ["v2"], after: Example.noon, through: Example.noon + .seconds(10))
            // Only lines that speak of trouble are shown with the counts.
            #expect(counts.map(\.count.sample) == ["line 1", nil])
            let tooLong = LogSample(template: "t1", line: String(repeating: "a", count: LogSample.maximumBytes + 1), at: Example.noon)
            let refused = await refusal { try await bench.store.addLogSamples([tooLong], service: "checkout", revision: "v2") }
            #expect(refused?.code == .limitExceeded)
            try await bench.store.pruneLogEvidence(before: Example.noon + .seconds(60))
            #expect(try await bench.admin.query("SELECT 1 FROM tidegate.log_sample").isEmpty)
        }
    }

    @Test func stepsComeOnceWithTheWindowsOfTheirCountsInTheOrderOfTime() async throws {
        try await Bench.with { bench in
            func step(_ second: Double, _ steps: Int) -> LogStep {
                LogStep(arm: "", sequence: "s", steps: steps, key: "k", at: Example.noon + .seconds(second))
            }
            try await bench.store.addLogSteps([step(9.5, 2), step(3, 1), step(3, 4), step(10, 1)], service: "checkout", revision: "v2")
            try await bench.store.addLogSteps([step(5, 1)], service: "checkout", revision: "v1")
            try await bench.store.addLogSteps([step(5, 1)], service: "checkout", revision: "other")
            func handed(_ from: Double, _ to: Double) async throws -> [LogStep] {
                try await bench.store.logSteps(
                    service: "checkout", arms: Self.arms, after: Example.noon + .seconds(from), through: Example.noon + .seconds(to))
            }
            #expect(try await handed(-5, 5).isEmpty)
            let first = try await handed(5, 15)
            #expect(first.map(\.arm) == [Arm.canary, Arm.canary, Arm.stable, Arm.canary])
            #expect(first.map(\.steps) == [1, 4, 1, 2])
            #expect(try await handed(15, 25).map(\.at) == [Example.noon + .seconds(10)])
        }
    }

    @Test func theSequencesOfReleasesThatGoOnAreWatched() async throws {
        try await Bench.prepared { bench in
            #expect(try await bench.store.watchedSequences().isEmpty)
            var policy = Example.policy
            let sequences: JSONValue = [["name": "a", "pattern": "\"x\"", "within": "5m"]]
            policy.logs = PluginUse(plugin: "LogSignals", configuration: ["sequences": sequences])
            _ = try await bench.store.applyPolicy(source: "with", policy: policy, actor: Example.ann)
            let release = try await bench.start()
            let watched = try await bench.store.watchedSequences()
            #expect(watched.map(\.service) == ["checkout"])
            #expect(watched.map(\.sequences) == [sequences])
            #expect(watched.first?.salt.count == 36, "\(release)")
        }
    }
}
