internal import LogMining
internal import ReleaseModel

extension LogVerdict {
    static let maximumShown = 10

    /// The descriptor's signals, in its order, with what a reader needs to judge them.
    func signals(settings: LogComparisonSettings, problems: [String]) -> [Signal] {
        [
            Signal(name: "logs.anomaly", reading: anomalyReading, evidence: anomalyEvidence(settings, problems)),
            Signal(
                name: "logs.bursts", reading: count(bursts.count),
                evidence: [
                    "factor": .number(settings.burstFactor), "count": .number(Double(settings.burstCount)),
                    "templates": Self.shown(bursts),
                ]),
            Signal(name: "logs.new_errors", reading: count(newErrors.count), evidence: ["templates": Self.shown(newErrors)]),
        ]
    }

    private var anomalyReading: SignalReading {
        if let anomaly { return .number(anomaly) }
        return .missing(silent ?? incomparable ?? "nothing is known of the canary's log")
    }

    private func count(_ value: Int) -> SignalReading { silent.map { .missing($0) } ?? .number(Double(value)) }

    private func anomalyEvidence(_ settings: LogComparisonSettings, _ problems: [String]) -> JSONValue {
        [
            "lnE": .number(logE), "alarm": .number(Self.alarm), "falseRollback": .number(settings.falseRollback),
            "tolerance": .number(settings.tolerance), "canaryEvents": .number(Double(canaryEvents)),
            "stableEvents": .number(Double(stableEvents)), "comparedPolls": .number(Double(comparedPolls)),
            "templates": Self.shown(strongest), "problems": .array(problems.prefix(Self.maximumShown).map { .string($0) }),
        ]
    }

    private static func shown(_ templates: [LogVerdictTemplate]) -> JSONValue {
        .array(
            templates.prefix(maximumShown).map { template in
                [
                    "template": .string(template.template), "text": .string(template.text), "severity": .string(template.severity.rawValue),
                    "exception": template.exceptionClass.map { .string($0) } ?? .null, "canary": .number(Double(template.canary)),
                    "stable": .number(Double(template.stable)), "lnE": .number(template.logE),
                ]
            })
    }
}
