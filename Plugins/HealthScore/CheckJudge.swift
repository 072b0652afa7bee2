internal import PluginKit
internal import ReleaseModel

/// Counts what the policy's own checks came to. Every check that the policy has limits for must be reported in every window; one that is
/// not is missing, and so is every verdict over all of them.
struct CheckJudge: Codable {
    fileprivate struct Tally: Codable {
        /// Time of the newest measurement that was counted.
        var counted: Timestamp?
        var measurements = 0
        var failures = 0
        var unansweredInARow = 0
        var last: CheckLimits.Outcome?
        var values: [Double] = []
        /// End of the newest window that reported it.
        var reported: Double?
        var waits = false
    }

    private var tallies: [String: Tally] = [:]

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        guard !settings.checks.isEmpty else { return }
        let byMetric = Dictionary(grouping: window.checks, by: \.metric)
        for check in settings.checks {
            var tally = tallies[check.name] ?? Tally()
            let values = byMetric[Metric.check(check.name)] ?? []
            let unanswered = byMetric[Metric.unansweredCheck(check.name)] ?? []
            if let time = (values + unanswered).map(\.time).max() {
                tally.reported = window.end
                tally.waits = false
                if tally.counted.map({ time > $0 }) ?? true {
                    tally.count(unanswered.isEmpty ? values.filter { $0.time == time }.compactMap(\.gauge) : [], check)
                    tally.counted = time
                }
            } else if byMetric[Metric.waitingCheck(check.name)] != nil {
                tally.reported = window.end
                tally.waits = true
            }
            tallies[check.name] = tally
        }
        let known = Set(settings.checks.map(\.name))
        tallies = tallies.filter { known.contains($0.key) }
    }

    /// `checks.failed` and `checks.passed`.
    func signals(_ moment: Moment, _ settings: Settings) -> [Signal] {
        let evidence: JSONValue = ["checks": .array(settings.checks.map(evidence))]
        guard !settings.checks.isEmpty else {
            return ["checks.failed", "checks.passed"].map { Signal(name: $0, reading: .missing("the policy has no health.checks")) }
        }
        let failed = settings.checks.filter { tallies[$0.name]?.hasFailed($0) ?? false }
        let missing = settings.checks.filter { !moment.isFresh(tallies[$0.name]?.reported) }
        let unknown: SignalReading? = missing.first.map { check in
            if let problem = moment.problem { return .failed(problem) }
            return .missing("check \(check.name) is not reported; is it in metrics.checks?")
        }
        let isPassing = settings.checks.allSatisfy { check in
            guard let tally = tallies[check.name] else { return false }
            return tally.waits || tally.last == .success
        }
        return [
            Signal(
                name: "checks.failed", reading: failed.isEmpty ? unknown ?? .bool(false) : .bool(true), evidence: evidence),
            Signal(
                name: "checks.passed", reading: failed.isEmpty ? unknown ?? .bool(isPassing) : .bool(false), evidence: evidence),
        ]
    }

    private func evidence(_ check: CheckLimits) -> JSONValue {
        let tally = tallies[check.name] ?? Tally()
        return [
            "name": .string(check.name), "last": tally.last.map { .string($0.rawValue) } ?? .null,
            "values": .array(tally.values.map { .figure($0) }), "time": tally.counted.map { .string($0.description) } ?? .null,
            "measurements": .number(Double(tally.measurements)), "failures": .number(Double(tally.failures)),
            "allowed": .number(Double(check.failures)), "unansweredInARow": .number(Double(tally.unansweredInARow)),
            "waits": .bool(tally.waits), "failed": .bool(tally.hasFailed(check)),
        ]
    }
}

extension CheckJudge.Tally {
    fileprivate mutating func count(_ values: [Double], _ check: CheckLimits) {
        let outcome = check.outcome(of: values)
        measurements += 1
        if outcome == .failure { failures += 1 }
        unansweredInARow = outcome == .unanswered ? unansweredInARow + 1 : 0
        last = outcome
        self.values = values.filter(\.isFinite)
    }

    fileprivate func hasFailed(_ check: CheckLimits) -> Bool {
        failures > check.failures || (check.unanswered.map { unansweredInARow > $0 } ?? false)
    }
}

extension Sample {
    fileprivate var gauge: Double? { if case .gauge(let value) = value { value } else { nil } }
}
