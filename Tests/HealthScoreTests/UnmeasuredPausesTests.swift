import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// A runtime without GC pauses (Python) is said so and left out; it is neither healthy for it nor missing something.
@Suite struct UnmeasuredPausesTests {
    private func run(canaryUnmeasured: Bool, stablePauses: Bool, windows: Int = 12) throws -> EvaluationOutput {
        var state: JSONValue?
        var output: EvaluationOutput?
        for window in 1...windows {
            let end = ReleaseRun.origin + Double(window) * 10
            func sample(_ metric: String, _ arm: String, _ value: SampleValue) -> Sample {
                Sample(metric: metric, arm: arm, instance: "\(arm)-1", time: Timestamp(seconds: end), value: value)
            }
            var samples: [Sample] = []
            for arm in [Arm.canary, Arm.stable] {
                samples += [
                    sample(Metric.requests, arm, .delta(500)), sample(Metric.errors, arm, .delta(0)),
                    sample(Metric.latency, arm, .histogram(edges: [0.1, 0.5, 3], cumulative: [400, 490, 500], count: 500, sum: 60)),
                    sample(Metric.memoryFloor, arm, .gauge(1e8)), sample(Metric.processStart, arm, .gauge(ReleaseRun.origin - 3600)),
                ]
            }
            if canaryUnmeasured { samples.append(sample(Metric.gcUnmeasured, Arm.canary, .gauge(1))) }
            if stablePauses {
                samples.append(sample(Metric.gcPauses, Arm.stable, .histogram(edges: [], cumulative: [], count: 30, sum: 20)))
            } else if canaryUnmeasured {
                samples.append(sample(Metric.gcUnmeasured, Arm.stable, .gauge(1)))
            }
            let input = EvaluationInput(
                release: "shop-1", service: "shop", configuration: [:], state: state, arms: [], samples: samples, logs: [], problems: [],
                windowStart: Timestamp(seconds: end - 10), windowEnd: Timestamp(seconds: end), warmUp: .zero, mark: nil, baking: false)
            output = try HealthScore().evaluate(EvaluateRequest(inputs: [input]), CallContext(deadline: .now + .seconds(60))).outputs[0]
            state = output?.state
        }
        return try #require(output)
    }

    private func signal(_ output: EvaluationOutput, _ name: String) -> Signal? { output.signals.first { $0.name == name } }

    @Test(arguments: [true, false]) func gcIsLeftOutAndNothingIsMissing(stablePauses: Bool) throws {
        let output = try run(canaryUnmeasured: true, stablePauses: stablePauses)
        #expect(signal(output, "gc.guilty")?.reading == .bool(false))
        #expect(signal(output, "gc.guilty")?.evidence["leftOut"]?.string == "the runtime of canary publishes no GC pauses")
        #expect(signal(output, "complete")?.reading == .bool(true))
        #expect(signal(output, "coverage")?.evidence["leftOut"]?["gc"]?.string != nil)
        // Memory needs longer than this for its part of the score, so that 15 of the 85 are not seen yet.
        #expect(signal(output, "coverage")?.reading == .number(70.0 / 85))
        // Beside a stable revision that pauses, a canary that cannot say so gets no credit.
        #expect(signal(output, "score")?.evidence["canary"]?.array?.contains { $0["part"]?.string == "gc" } == false)
    }

    @Test func withoutTheWordOfTheRuntimeItIsMissing() throws {
        let output = try run(canaryUnmeasured: false, stablePauses: false)
        guard case .missing? = signal(output, "gc.guilty")?.reading else {
            Issue.record("\(String(describing: signal(output, "gc.guilty")?.reading))")
            return
        }
        #expect(signal(output, "coverage")?.reading == .number(0.7))
    }
}
