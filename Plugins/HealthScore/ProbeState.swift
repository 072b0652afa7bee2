internal import PluginKit
internal import ReleaseModel

/// A judgement on probes beside that on users' requests.
///
/// The two never share a count: a probe cannot thin out what users suffer. As long as the canary has users, they speak; what probes have proven counts
/// beside them. While it has none, the probes' signals stand in for theirs, and say so. Each judgement has its share of `falseRollback`.
struct ProbeState: Codable {
    private var instances = InstanceRegister()
    private var release = Judgement()
    private var sinceMark: Judgement?
    /// Probes of the canary in windows in which no user asked it anything.
    private var substituted = 0.0

    /// Takes the window as the probes saw it; `users` is the same as users saw it.
    mutating func take(_ input: EvaluationInput, users: PollWindow, marks: Bool, _ settings: Settings) {
        var window = PollWindow(input.probed)
        instances.note(&window, warmUpSeconds: input.warmUp.seconds)
        window.keepFreshBaseline(settings)
        release.take(window, settings.forProbes)
        if input.mark == nil || marks { sinceMark = input.mark == nil ? nil : Judgement() }
        if let mark = input.mark, input.windowEnd > mark { sinceMark?.take(window, settings.forProbes) }
        if Self.requests(users) == 0 { substituted += Self.requests(window) }
    }

    private static func requests(_ window: PollWindow) -> Double { window.canary.reduce(0) { $0 + ($1.requests ?? 0) } }

    /// The signals of a judgement on users, with those of the probes where users are missing.
    func completing(_ users: Judgement, _ settings: Settings) -> [Signal] {
        completing(users, by: release.signals(settings.forProbes), settings)
    }

    /// The same since the mark.
    func completing(sinceMark users: Judgement, _ settings: Settings) -> [Signal] {
        completing(users, by: (sinceMark ?? Judgement()).signals(settings.forProbes), settings)
    }

    private func completing(_ users: Judgement, by probes: [Signal], _ settings: Settings) -> [Signal] {
        let hasUsers = users.hasRecentUsers
        return zip(users.signals(settings), probes).map { user, probe in
            if user.name == "samples" { return samples(user) }
            if Self.isProven(user) || (hasUsers && !Self.isProven(probe)) { return user.labelled("users") }
            return probe.labelled("probes")
        }
    }

    private static func isProven(_ signal: Signal) -> Bool { signal.name.hasSuffix(".guilty") && signal.reading == .bool(true) }

    /// Probes supply samples where users do not.
    private func samples(_ user: Signal) -> Signal {
        let count = user.evidence["value"]?.number ?? 0
        let isKnown = user.reading.isKnown || substituted > 0
        return Signal(
            name: user.name, reading: isKnown ? .number(count + substituted) : user.reading,
            evidence: ["value": .figure(count + substituted), "users": .figure(count), "probes": .figure(substituted)])
    }
}

extension Signal {
    /// The same with the source of its samples in the evidence.
    fileprivate func labelled(_ source: String) -> Signal {
        var evidence = evidence.object ?? [:]
        evidence["source"] = .string(source)
        return Signal(name: name, reading: reading, evidence: .object(evidence))
    }
}
