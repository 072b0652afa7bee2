import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// Several canary arms are judged against stable one by one.
@Suite struct ArmTests {
    private static let arms = [
        Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 8000)),
        Arm(name: "blue", revision: "v2", weight: Weight(basisPoints: 1000)),
        Arm(name: "green", revision: "v3", weight: Weight(basisPoints: 1000)),
    ]

    /// Instances of other arms than canary come with their arm's name in front.
    private func samples(_ arm: String, _ shown: Shown, _ run: ReleaseRun) -> [Sample] {
        ReleaseRun.samples([shown], Arm.canary, run.now + run.step, 1).map { sample in
            var sample = sample
            sample.instance = "\(arm)/\(sample.instance)"
            return sample
        }
    }

    private func run(
        blue: Shown, green: Shown, stableErrors: Double = 4, polls: Int = 12, _ configuration: JSONValue = [:]
    ) throws -> ReleaseRun {
        var run = ReleaseRun(configuration)
        for _ in 0..<polls {
            let more = samples("blue", blue, run) + samples("green", green, run)
            try run.poll(canary: [], stable: [Shown(requests: 900, errors: stableErrors)], arms: Self.arms, more: more)
        }
        return run
    }

    @Test func aBadArmIsNotDilutedByAGoodOne() throws {
        let run = try run(blue: Shown(errors: 0), green: Shown(errors: 8))
        #expect(run.reading("errors.guilty") == .bool(true))
        let evidence = run.evidence("errors.guilty")
        #expect(evidence["arm"]?.string == "green")
        #expect(evidence["canary"]?["events"]?.number == 96)
        let arms = try #require(evidence["arms"]?.array)
        #expect(arms.map { $0["arm"]?.string } == ["blue", "green"])
        #expect(arms.map { $0["guilty"] } == [.bool(false), .bool(true)])
    }

    @Test func twoGoodArmsAreInnocent() throws {
        let run = try run(blue: Shown(errors: 1), green: Shown(errors: 0), stableErrors: 9, polls: 30)
        for name in ["errors.guilty", "latency.guilty", "gc.guilty"] { #expect(run.reading(name) == .bool(false), "\(name)") }
        #expect(run.number("samples") == 6000)
    }

    /// 2.25 times stable's rate is little, and still a regression.
    @Test func anArmThatIsALittleWorseIsFound() throws {
        let run = try run(blue: Shown(errors: 1), green: Shown(errors: 0), polls: 40)
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.evidence("errors.guilty")["arm"]?.string == "blue")
    }

    @Test func aSlowArmAndOneThatPausesAreNamed() throws {
        let run = try run(
            blue: Shown(errors: 0, buckets: [10, 10, 10, 10, 40, 20, 0]), green: Shown(errors: 0, pauses: (3, 1.5)))
        #expect(run.reading("latency.guilty") == .bool(true))
        #expect(run.evidence("latency.guilty")["arm"]?.string == "blue")
        #expect(run.reading("gc.guilty") == .bool(true))
        #expect(run.evidence("gc.guilty")["arm"]?.string == "green")
        #expect(run.reading("errors.guilty") == .bool(false))
    }
}
