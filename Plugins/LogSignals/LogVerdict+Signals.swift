internal import LogMining
internal import ReleaseModel

extension LogVerdict {
    static let maximumShown = 10

    /// The descriptor's signals, in its order, with what a reader needs to judge them.
    func signals(
        settings: SignalSettings, problems: [String], external: Result<ExternalScore, ScorerFailure>?, tracking: SequenceTracking?,
        at now: Timestamp
    ) -> [Signal] {
        let comparison = settings.comparison
        let anomaly = Signal(
            name: "logs.anomaly", reading: anomalyReading(external, mode: settings.scorer?.mode ?? .highest),
            evidence: anomalyEvidence(comparison, problems, external, settings.scorer))
        return [anomaly] + countSignals(comparison) + SequenceSignals.signals(settings.sequences, tracking, silent: silent, at: now)
    }

    private func countSignals(_ settings: LogComparisonSettings) -> [Signal] {
        [
            Signal(
                name: "logs.bursts", reading: count(bursts.count),
                evidence: [
                    "factor": .number(settings.burstFactor), "count": .number(Double(settings.burstCount)),
                    "templates": Self.shown(bursts),
                ]),
            Signal(
                name: "logs.new_errors", reading: count(newErrors.count),
                evidence: ["templates": Self.shown(newErrors), "expected": noveltyExpected]),
            Signal(name: "logs.novelty", reading: noveltyReading, evidence: noveltyEvidence),
        ]
    }

    private var noveltyExpected: JSONValue { novelty?.expected.map { .number($0) } ?? .null }

    private var noveltyReading: SignalReading {
        novelty.map { .number($0.anomaly) } ?? .missing(silent ?? incomparable ?? "the canary's rate of new errors is not known")
    }

    private var noveltyEvidence: JSONValue {
        guard let novelty else { return [:] }
        return [
            "lnE": .number(novelty.logE), "canaryFirst": .number(Double(novelty.canary)), "stableFirst": .number(Double(novelty.stable)),
            "expected": noveltyExpected,
        ]
    }

    private func count(_ value: Int) -> SignalReading { silent.map { .missing($0) } ?? .number(Double(value)) }

    private func anomalyEvidence(
        _ settings: LogComparisonSettings, _ problems: [String], _ external: Result<ExternalScore, ScorerFailure>?,
        _ scorer: ScorerSettings?
    ) -> JSONValue {
        var evidence: [String: JSONValue] = [
            "lnE": .number(logE), "alarm": .number(Self.alarm), "falseRollback": .number(settings.falseRollback),
            "tolerance": .number(settings.tolerance), "canaryEvents": .number(Double(canaryEvents)),
            "stableEvents": .number(Double(stableEvents)), "comparedPolls": .number(Double(comparedPolls)),
            "templates": Self.shown(strongest), "problems": .array(problems.prefix(Self.maximumShown).map { .string($0) }),
        ]
        // Only with a scorer, so that other evidence stays as it was.
        if let external, let scorer { evidence["scorer"] = Self.shown(external, scorer, own: anomaly) }
        return .object(evidence)
    }

    private static func shown(_ external: Result<ExternalScore, ScorerFailure>, _ scorer: ScorerSettings, own: Double?) -> JSONValue {
        var shown: [String: JSONValue] = [
            "url": .string(scorer.url), "mode": .string(scorer.mode.rawValue), "ownAnomaly": own.map { .number($0) } ?? .null,
        ]
        switch external {
        case .success(let score):
            shown["score"] = .number(score.score)
            shown["model"] = .string(score.model)
            shown["version"] = .string(score.version)
        case .failure(let failure): shown["failure"] = .string(failure.reason)
        }
        return .object(shown)
    }

    private static func shown(_ templates: [LogVerdictTemplate]) -> JSONValue {
        .array(
            templates.prefix(maximumShown).map { template in
                [
                    "template": .string(template.template), "text": .string(template.text), "severity": .string(template.severity.rawValue),
                    "exception": template.exceptionClass.map { .string($0) } ?? .null, "canary": .number(Double(template.canary)),
                    "stable": .number(Double(template.stable)), "lnE": .number(template.logE), "guilty": .bool(template.guilty),
                    "sample": template.line.map { .string($0) } ?? .null,
                ]
            })
    }
}
