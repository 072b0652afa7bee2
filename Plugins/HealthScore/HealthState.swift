internal import PluginKit
internal import ReleaseModel
internal import Statistics

/// Everything that is remembered between windows, versioned and bounded.
struct HealthState: Codable {
    static let version = 3

    private var version = Self.version
    /// End of the last window that was taken, in seconds since 1970.
    private var through: Double?
    private var instances = InstanceRegister()
    /// Judged on everything since the release began.
    private(set) var release = Judgement()
    /// The same on probes, where the policy has them.
    private var probes: ProbeState?
    private var mark: Timestamp?
    /// Judged only on windows that end after the mark; nil without a mark.
    private(set) var sinceMark: Judgement?
    /// Errors and requests of stable in its last windows, oldest first, those from before the release included: a judgement that begins at a
    /// mark learns from them what bursts there are.
    private var past: [[Double]] = []
    /// The version of a state that was not continued.
    private var anewAfter: Int?

    struct Unreadable: Error {
        var reason: String
    }

    /// nil where there is none yet. The tests of an earlier version are not continued: judging begins anew, and `complete` says so.
    static func stored(in value: JSONValue?) throws(Unreadable) -> HealthState? {
        guard let value, !value.isNull else { return nil }
        guard let number = value["version"]?.number, number <= Double(version) else {
            throw Unreadable(reason: "it is not of version \(version)")
        }
        guard Int(number) == version else {
            var anew = HealthState()
            anew.anewAfter = Int(number)
            return anew
        }
        do {
            return try value.decoded(as: HealthState.self)
        } catch {
            throw Unreadable(reason: "it is damaged")
        }
    }

    /// Takes one window. A window that was taken already changes nothing.
    mutating func take(_ input: EvaluationInput, _ settings: Settings) {
        let marks = input.mark != mark
        if marks {
            mark = input.mark
            sinceMark = input.mark == nil ? nil : Judgement()
        }
        var window = PollWindow(input)
        if let through, window.end <= through { return }
        through = window.end
        instances.note(&window, warmUpSeconds: input.warmUp.seconds)
        window.keepFreshBaseline(settings)
        release.take(window, settings)
        if let mark, input.windowEnd > mark, sinceMark != nil {
            var recent = window
            if sinceMark?.isNew == true { recent.history = past.map { ($0[0], $0[1]) } }
            sinceMark?.take(recent, settings)
        }
        remember(window)
        guard settings.probes else { return }
        var own = probes ?? ProbeState()
        own.take(input, users: window, marks: marks, settings)
        probes = own
    }

    private mutating func remember(_ window: PollWindow) {
        let stable = window.stableCounts
        past = window.history.map { [$0.errors, $0.requests] } + past
        if stable.requests > 0 { past.append([stable.errors, stable.requests]) }
        past = past.suffix(BurstExplanation.history)
    }

    /// Every signal, judged on everything since the release began.
    func signals(_ settings: Settings) -> [Signal] {
        (probes?.completing(release, settings) ?? release.signals(settings)).map { signal in
            guard let anewAfter, signal.name == "complete", var evidence = signal.evidence.object else { return signal }
            evidence["note"] = .string("judging began anew: what was stored is of version \(anewAfter), not \(Self.version)")
            return Signal(name: signal.name, reading: signal.reading, evidence: .object(evidence))
        }
    }

    /// Every signal, judged since the mark; none without a mark.
    func signalsSinceMark(_ settings: Settings) -> [Signal] {
        guard let sinceMark else { return [] }
        return probes?.completing(sinceMark: sinceMark, settings) ?? sinceMark.signals(settings)
    }
}
