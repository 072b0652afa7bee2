import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import Testing

@Suite struct PropertyTests {
    /// Random but equal arms, from a seed.
    private func shown(_ requests: Int, _ generator: inout SeededGenerator, errorRate: Double = 0.003) -> Shown {
        var buckets = [Double](repeating: 0, count: 7)
        for _ in 0..<requests {
            let place = generator.unit()
            buckets[place < 0.6 ? 0 : place < 0.85 ? 1 : place < 0.93 ? 2 : place < 0.97 ? 3 : place < 0.99 ? 4 : 5] += 1
        }
        return Shown(
            requests: Double(requests), errors: Double(generator.binomial(requests, errorRate)), buckets: buckets,
            pauses: (1, generator.unit() < 0.03 ? 0.4 : 0.02), megabytes: 100 + generator.unit() * 40)
    }

    /// Alike arms, looked at after every window: false alarms stay under falseRollback.
    @Test func alikeArmsAreSeldomAccused() throws {
        var generator = SeededGenerator(seed: 11)
        let (runs, allowed) = (40, 0.1)
        var accused = 0
        for _ in 0..<runs {
            var run = ReleaseRun(["falseRollback": .number(allowed), "memory": ["block": "20s"], "slo": [["objective": "99%"]]])
            var guilty = false
            for _ in 0..<30 {
                try run.poll(canary: [shown(40, &generator)], stable: [shown(120, &generator), shown(120, &generator)])
                guilty =
                    guilty || guiltySignals.contains { run.reading($0) == .bool(true) }
                    || (run.number("scoreDrop.low") ?? -1) > 0
            }
            accused += guilty ? 1 : 0
        }
        #expect(Double(accused) / Double(runs) <= allowed)
    }

    @Test(arguments: [0.001, 1000.0], [false, true])
    func theUnitOfLatencyChangesNoVerdict(scale: Double, namesAnEdge: Bool) throws {
        var generator = SeededGenerator(seed: 4)
        func slow(_ text: String) -> JSONValue { namesAnEdge ? ["latency": ["slow": .string(text)]] : [:] }
        var seconds = ReleaseRun(slow("500ms"))
        var scaled = ReleaseRun(slow(scale < 1 ? "500us" : "8m20s"))
        scaled.scale = scale
        for poll in 0..<40 {
            var canary = shown(100, &generator)
            if poll > 20 { canary.buckets = [40, 10, 10, 10, 20, 5, 5] }
            let stable = shown(300, &generator)
            try seconds.poll(canary: [canary], stable: [stable])
            try scaled.poll(canary: [canary], stable: [stable])
            #expect(seconds.reading("latency.guilty") == scaled.reading("latency.guilty"))
            #expect(seconds.evidence("latency.guilty")["logE"] == scaled.evidence("latency.guilty")["logE"])
        }
        #expect(seconds.reading("latency.guilty") == .bool(true))
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        func run() throws -> [[UInt8]] {
            var generator = SeededGenerator(seed: 9)
            var run = ReleaseRun()
            var outputs: [[UInt8]] = []
            for _ in 0..<15 {
                let canary = (0..<5).map { _ in shown(20, &generator) }
                try run.poll(canary: canary, stable: (0..<5).map { _ in shown(50, &generator) })
                outputs.append(try JSONValue(encoding: #require(run.output)).canonicalBytes)
            }
            return outputs
        }
        #expect(try run() == run())
    }

    @Test func samplesInAnotherOrderAreTheSame() throws {
        var generator = SeededGenerator(seed: 2)
        let samples =
            ReleaseRun.samples((0..<4).map { _ in shown(30, &generator) }, Arm.canary, ReleaseRun.origin + 10, 1)
            + ReleaseRun.samples([shown(200, &generator)], Arm.stable, ReleaseRun.origin + 10, 1)
        func output(_ samples: [Sample]) throws -> EvaluationOutput? {
            var run = ReleaseRun()
            try run.evaluate(
                EvaluationInput(
                    release: "shop-1", service: "shop", configuration: [:], state: nil, arms: [], samples: samples, logs: [], problems: [],
                    windowStart: Timestamp(seconds: ReleaseRun.origin), windowEnd: Timestamp(seconds: ReleaseRun.origin + 10),
                    warmUp: .zero,
                    mark: nil, baking: false))
            return run.output
        }
        #expect(try output(samples) == output(samples.reversed()))
    }

    @Test func aWindowThatWasTakenAlreadyChangesNothing() throws {
        var run = ReleaseRun()
        try run.poll(times: 5, canary: [Shown(errors: 3)])
        let before = run
        let again = EvaluationInput(
            release: "shop-1", service: "shop", configuration: [:], state: run.state, arms: [],
            samples: ReleaseRun.samples([Shown(errors: 50)], Arm.canary, run.now, 1), logs: [], problems: [],
            windowStart: Timestamp(seconds: run.now - 10), windowEnd: Timestamp(seconds: run.now), warmUp: .zero, mark: nil, baking: false)
        try run.evaluate(again)
        #expect(run.output?.signals == before.output?.signals)
        #expect(run.state == before.state)
    }

    @Test func readingsStayWithinTheRangesOfTheDescriptor() throws {
        var generator = SeededGenerator(seed: 6)
        var run = ReleaseRun()
        for _ in 0..<40 {
            var canary = shown(50, &generator, errorRate: generator.unit())
            canary.megabytes = generator.unit() * 5000
            canary.pauses = (generator.unit() * 100, generator.unit() * 50)
            try run.poll(canary: [canary], stable: [shown(60, &generator, errorRate: generator.unit())])
            for descriptor in HealthScore.descriptor.signals {
                let reading = try #require(run.reading(descriptor.name))
                switch (descriptor.kind, reading) {
                case (_, .missing), (_, .failed), (.bool, .bool): break
                case (.number, .number(let value)):
                    #expect(value.isFinite)
                    #expect(
                        value >= descriptor.minimum ?? -.infinity && value <= descriptor.maximum ?? .infinity, "\(descriptor.name) \(value)"
                    )
                default: Issue.record("\(descriptor.name) is of the wrong kind")
                }
            }
        }
    }

    @Test func theStateOfALongReleaseWithManyInstancesStaysSmall() throws {
        var generator = SeededGenerator(seed: 8)
        var run = ReleaseRun(["memory": ["block": "30s"]])
        let mark = Timestamp(seconds: ReleaseRun.origin)
        for _ in 0..<100 {
            try run.poll(canary: [shown(30, &generator)], stable: (0..<20).map { _ in shown(10, &generator) }, mark: mark)
        }
        let size = try #require(run.state).canonicalBytes.count
        #expect(size < 64 * 1024, "\(size) bytes")
    }
}
