import PluginKit
import ReleaseModel
import Testing

@testable import HealthScore

/// Checks of the policy's own: successes, failures, and what is not known.
@Suite struct CheckTests {
    /// Windows of ten seconds in which a check is reported; samples of nothing else.
    private struct Run {
        var run: ReleaseRun
        var windows = 0

        init(_ check: JSONValue) { run = ReleaseRun(["checks": [check]]) }

        mutating func window(_ metric: String?, _ values: [Double] = [1], measuredBefore: Double = 0) throws {
            windows += 1
            let end = Timestamp(seconds: ReleaseRun.origin + Double(windows) * 10)
            let time = Timestamp(seconds: end.seconds - measuredBefore)
            let samples = metric.map { metric in
                values.enumerated().map {
                    Sample(metric: metric, arm: Arm.canary, instance: "\($0.offset)", time: time, value: .gauge($0.element))
                }
            }
            try run.evaluate(
                EvaluationInput(
                    release: "shop-1", service: "shop", configuration: run.configuration, state: run.state, arms: [],
                    samples: samples ?? [], logs: [], problems: [], windowStart: Timestamp(seconds: end.seconds - 10), windowEnd: end,
                    warmUp: .zero, mark: nil, baking: false))
        }

        var failed: SignalReading? { run.reading("checks.failed") }
        var passed: SignalReading? { run.reading("checks.passed") }
    }

    private static let name = Metric.check("rate")

    @Test func moreFailuresThanAllowedFailTheCheckForGood() throws {
        var run = Run(["name": "rate", "atLeast": 0.95, "failures": 2])
        for value in [0.99, 0.9, 0.97, 0.5] { try run.window(Self.name, [value]) }
        #expect(run.failed == .bool(false) && run.passed == .bool(false))
        try run.window(Self.name, [0.96])
        #expect(run.failed == .bool(false) && run.passed == .bool(true))
        try run.window(Self.name, [0.1])
        #expect(run.failed == .bool(true) && run.passed == .bool(false))
        try run.window(Self.name, [0.99])
        #expect(run.failed == .bool(true), "a failed check stays failed")
    }

    @Test func aMeasurementCountsOnce() throws {
        var run = Run(["name": "rate", "atMost": 5, "failures": 1])
        for window in 0..<6 { try run.window(Self.name, [9], measuredBefore: Double(window) * 10) }
        #expect(run.failed == .bool(false))
        #expect(run.run.evidence("checks.failed")["checks"]?.array?.first?["failures"]?.number == 1)
    }

    @Test func everyValueMustLieInTheRange() throws {
        var run = Run(["name": "rate", "above": 0, "below": 10])
        try run.window(Self.name, [1, 2, 10])
        #expect(run.failed == .bool(true))
    }

    @Test func betweenSuccessAndFailureIsInconclusive() throws {
        var run = Run(["name": "rate", "atLeast": 0.95, "failing": ["below": 0.9]])
        try run.window(Self.name, [0.92])
        #expect(run.failed == .bool(false) && run.passed == .bool(false))
        try run.window(Self.name, [0.89])
        #expect(run.failed == .bool(true))
    }

    @Test func withoutAnAnswerNothingPassesAndNothingFailsByDefault() throws {
        var run = Run(["name": "rate", "atLeast": 1])
        for _ in 0..<10 { try run.window(Metric.unansweredCheck("rate")) }
        #expect(run.failed == .bool(false) && run.passed == .bool(false))
        var strict = Run(["name": "rate", "atLeast": 1, "unanswered": 2])
        for _ in 0..<2 { try strict.window(Metric.unansweredCheck("rate")) }
        #expect(strict.failed == .bool(false))
        try strict.window(Self.name, [1])
        for _ in 0..<2 { try strict.window(Metric.unansweredCheck("rate")) }
        #expect(strict.failed == .bool(false), "an answer between begins the count anew")
        try strict.window(Metric.unansweredCheck("rate"))
        #expect(strict.failed == .bool(true))
    }

    @Test func aValueThatIsNoNumberIsNoAnswer() throws {
        var run = Run(["name": "rate", "atLeast": 1])
        try run.window(Self.name, [.nan])
        #expect(run.passed == .bool(false) && run.failed == .bool(false))
    }

    @Test func aCheckThatIsNotReportedIsMissingAndOneThatWaitsIsNot() throws {
        var run = Run(["name": "rate", "atLeast": 1])
        try run.window(nil)
        #expect(run.failed?.isKnown == false && run.passed?.isKnown == false)
        try run.window(Metric.waitingCheck("rate"))
        #expect(run.failed == .bool(false) && run.passed == .bool(true))
        for _ in 0..<8 { try run.window(nil) }
        #expect(run.passed?.isKnown == false, "what was reported and is no more is missing")
    }

    @Test func checksAreNoInstances() throws {
        var with = ReleaseRun(["checks": [["name": "rate", "atLeast": 1]]])
        try with.poll(times: 3)
        #expect(with.reading("complete") == .bool(true))
    }

    @Test(
        arguments: [
            ([["name": ""]], "checks[0].name"), ([["name": "a", "atLeast": "x"]], "checks[0].atLeast"),
            ([["name": "a", "over": 1]], "checks[0].over"), ([["name": "a"], ["name": "a"]], "checks[1].name"),
            ([["name": "a", "failing": ["most": 1]]], "checks[0].failing.most"), ([["name": "a", "failures": -1]], "checks[0].failures"),
        ] as [(JSONValue, String)])
    func wrongLimitsAreRefusedWithTheirPlace(checks: JSONValue, place: String) {
        let problems = HealthScore().validate(["checks": checks])
        #expect(problems.contains { $0.setting == place }, "\(problems)")
    }
}
