internal import PluginKit
internal import ReleaseModel

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

    struct Unreadable: Error {
        var reason: String
    }

    /// nil where there is none yet, and where it was written by an earlier version, whose tests are not continued: judging begins anew.
    static func stored(in value: JSONValue?) throws(Unreadable) -> HealthState? {
        guard let value, !value.isNull else { return nil }
        guard let number = value["version"]?.number, number <= Double(version) else {
            throw Unreadable(reason: "it is not of version \(version)")
        }
        guard Int(number) == version else { return nil }
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
        release.take(window, settings)
        if let mark, input.windowEnd > mark { sinceMark?.take(window, settings) }
        guard settings.probes else { return }
        var own = probes ?? ProbeState()
        own.take(input, users: window, marks: marks, settings)
        probes = own
    }

    /// Every signal, judged on everything since the release began.
    func signals(_ settings: Settings) -> [Signal] { probes?.completing(release, settings) ?? release.signals(settings) }

    /// Every signal, judged since the mark; none without a mark.
    func signalsSinceMark(_ settings: Settings) -> [Signal] {
        guard let sinceMark else { return [] }
        return probes?.completing(sinceMark: sinceMark, settings) ?? sinceMark.signals(settings)
    }
}
