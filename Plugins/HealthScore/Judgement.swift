internal import ReleaseModel

/// All parts together, judged over one stretch of windows: since the release began, or since a mark.
struct Judgement: Codable {
    private static let maximumProblemLength = 500

    private var moment = Moment()
    private var windows = 0
    /// Of the last window.
    private var canaryAges: CohortAges?
    private var stableAges: CohortAges?
    private var errors = ErrorJudge()
    private var latency = LatencyJudge()
    private var pauses = PauseJudge()
    private var memory = MemoryJudge()
    private var objectives = ObjectiveJudge()
    private var score = ScoreJudge()
    /// nil in what was stored before there were checks.
    private var checks: CheckJudge?

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        windows += 1
        moment = Moment(
            end: window.end, staleSeconds: max(settings.staleSeconds, 3 * window.seconds), baking: window.baking,
            problem: window.problem.map { String($0.prefix(Self.maximumProblemLength)) })
        canaryAges = CohortAges(window.canary, end: window.end)
        stableAges = CohortAges(window.stable, end: window.end)
        errors.take(window, settings)
        latency.take(window, settings)
        pauses.take(window, settings)
        memory.take(window, settings)
        objectives.take(window, settings)
        score.take(window, settings)
        var checks = checks ?? CheckJudge()
        checks.take(window, settings)
        self.checks = checks
        if !window.baking { score.keepStable(parts(.stable, settings)) }
    }

    var isNew: Bool { windows == 0 }

    /// Whether users asked the canary anything lately.
    var hasRecentUsers: Bool { moment.isFresh(errors.arms.freshness[.canary]) }

    /// Every signal of the descriptor, in its order.
    func signals(_ settings: Settings) -> [Signal] {
        guard windows > 0 else {
            return SignalDescriptors.all.map { Signal(name: $0.name, reading: .missing("no window was judged yet")) }
        }
        return scoreSignals(settings) + [
            completeSignal(settings), errors.signal(moment, settings),
            latency.signal(moment, settings, canary: score.canaryTotal.latency, stable: score.stableTotal.latency),
            pauses.signal(moment, settings),
            memory.signal(moment, settings),
        ] + objectives.signals(moment, settings) + [errors.samplesSignal(moment)]
            + (checks ?? CheckJudge()).signals(moment, settings)
    }

    private func freshness(_ part: Part) -> Freshness {
        switch part {
        case .latency: latency.arms.freshness
        case .errors: errors.arms.freshness
        case .gc: pauses.arms.freshness
        case .memory: memory.freshness
        }
    }

    /// The parts of an arm's score that can be told now. What has no recent data is left out.
    private func parts(_ side: Side, _ settings: Settings) -> [(part: Part, score: PartScore)] {
        Part.allCases.compactMap { part in
            guard (settings.weights[part] ?? 0) > 0, moment.isFresh(freshness(part)[side]) else { return nil }
            let score =
                switch part {
                case .latency: self.score.latency(side, moment, settings)
                case .errors: self.score.errors(side, moment, settings)
                case .gc: pauses.partScore(side, moment, settings)
                case .memory: memory.partScore(side, moment, settings)
                }
            return score.map { (part, $0) }
        }
    }

    private func scoreSignals(_ settings: Settings) -> [Signal] {
        let canary = parts(.canary, settings)
        var stable = parts(.stable, settings)
        if moment.baking { stable += score.kept(besides: stable) }
        func weight(_ part: Part) -> Double { settings.weights[part] ?? 0 }
        func total(_ parts: [(part: Part, score: PartScore)]) -> Double? {
            Formulas.total(parts.map { ($0.score.score, weight($0.part)) })
        }
        let leftOut = pauses.leftOutReason(moment)
        let expected = Part.allCases.filter { $0 != .gc || leftOut == nil }.reduce(0) { $0 + weight($1) }
        let coverage = expected > 0 ? min(1, canary.reduce(0) { $0 + weight($1.part) } / expected) : 0
        let hasData = !canary.isEmpty && (moment.problem == nil || Part.allCases.contains { freshness($0)[.canary] == moment.end })
        let nothing: SignalReading = moment.problem.map { .failed($0) } ?? .missing("no part of the score has recent canary data")
        let evidence: JSONValue = [
            "formula": .string(settings.formula.rawValue), "canary": Self.evidence(canary, settings),
            "stable": Self.evidence(stable, settings),
            "stableScore": .figure(total(stable)), "latencyScaleSeconds": .figure(score.latencyScale(moment, settings)),
            "quantile": .figure(settings.quantile), "windowSeconds": .figure(settings.windowSeconds),
        ]
        let reading: SignalReading = hasData ? total(canary).map { .figure($0, in: 0...100) } ?? nothing : nothing
        return [Signal(name: "score", reading: reading, evidence: evidence)]
            + dropSignals(canary, stable, hasData ? nil : nothing, settings)
            + [
                Signal(
                    name: "coverage", reading: .figure(coverage, in: 0...1),
                    evidence: [
                        "seen": .array(canary.map { .string($0.part.rawValue) }), "leftOut": leftOut.map { ["gc": .string($0)] } ?? [:],
                    ])
            ]
    }

    private func dropSignals(
        _ canary: [(part: Part, score: PartScore)], _ stable: [(part: Part, score: PartScore)], _ nothing: SignalReading?,
        _ settings: Settings
    ) -> [Signal] {
        let bound = DropBound(canary: score.canaryTotal, stable: score.stableTotal, settings: settings)
        var observed: [(score: Double, weight: Double)] = []
        var least: [(score: Double, weight: Double)] = []
        var evidence: [JSONValue] = []
        for (part, own) in canary {
            guard let other = stable.first(where: { $0.part == part })?.score else { continue }
            let weight = settings.weights[part] ?? 0
            let drop = other.score - own.score
            let low =
                switch part {
                case .errors: bound.errors ?? -100
                case .latency: bound.latency ?? -100
                case .gc: DropBound.observed(drop, isProven: pauses.arms.isGuilty(alpha: settings.alpha(.gc)))
                case .memory: DropBound.observed(drop, isProven: memory.isGuilty)
                }
            observed.append((drop, weight))
            least.append((low, weight))
            evidence.append(["part": .string(part.rawValue), "drop": .figure(drop), "low": .figure(low), "weight": .figure(weight)])
        }
        let missing = nothing ?? .missing("no part of the score is known on both arms")
        func reading(_ parts: [(score: Double, weight: Double)]) -> SignalReading {
            nothing ?? Formulas.total(parts).map { .figure($0, in: -100...100) } ?? missing
        }
        return [
            Signal(name: "scoreDrop", reading: reading(observed), evidence: ["parts": .array(evidence)]),
            Signal(
                name: "scoreDrop.low", reading: reading(least),
                evidence: [
                    "parts": .array(evidence), "alpha": .figure(settings.alpha(.score)),
                    "method":
                        "time-uniform sub-Poisson bounds on the rates since the begin; GC and memory as observed where they speak for the canary",
                    "canaryRequests": .figure(score.canaryTotal.requests), "stableRequests": .figure(score.stableTotal.requests),
                ]),
        ]
    }

    private static func evidence(_ parts: [(part: Part, score: PartScore)], _ settings: Settings) -> JSONValue {
        .array(
            parts.map { part, score in
                var fields: [String: JSONValue] = [
                    "part": .string(part.rawValue), "score": .figure(score.score), "value": .figure(score.value),
                    "samples": .figure(score.samples), "weight": .figure(settings.weights[part] ?? 0),
                ]
                if let note = score.note { fields["note"] = .string(note) }
                return .object(fields)
            })
    }

    private func completeSignal(_ settings: Settings) -> Signal {
        var reasons: [String] = moment.problem.map { [$0] } ?? []
        for part in Part.allCases {
            for side in Side.allCases where side == .canary || !moment.baking {
                let seen = freshness(part)[side]
                if moment.isFresh(seen) { continue }
                if seen != nil {
                    reasons.append("\(part.rawValue) of \(side.rawValue) has vanished")
                } else if settings.required.contains(part) {
                    reasons.append("\(part.rawValue) of \(side.rawValue) is required and missing")
                }
            }
        }
        return Signal(
            name: "complete", reading: .bool(reasons.isEmpty),
            evidence: [
                "reasons": .array(reasons.map { .string($0) }), "required": .array(settings.required.map { .string($0.rawValue) }),
                "canary": canaryAges?.evidence ?? .null, "stable": stableAges?.evidence ?? .null,
                "freshSeconds": .figure(settings.freshSeconds),
            ])
    }
}
