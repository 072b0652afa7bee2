internal import LogMining
internal import PluginKit
internal import ReleaseModel

/// The policy's `logs:` map, read and checked.
enum Settings {
    static let maximumAlternatives = 16

    static let descriptors: [SettingDescriptor] = [
        SettingDescriptor(
            "falseRollback", .number, default: 0.01, minimum: 0.000001, maximum: 0.5,
            summary: "The chance that logs.anomaly ever reaches 0.85 in a healthy release"),
        SettingDescriptor(
            "tolerance", .number, default: 1, minimum: 1, maximum: 100,
            summary: "How many times as often as on stable a template may come; raise it where errors come in bursts"),
        SettingDescriptor(
            "alternatives", .array, default: [1.25, 1.5, 2, 3, 5, 10, 30],
            summary: "Rate ratios that the test bets on, each above the tolerance"),
        SettingDescriptor(
            "lateOnset", .number, default: 0.25, minimum: 0, maximum: 0.9, summary: "Share of the evidence kept for faults that begin later"
        ),
        SettingDescriptor(
            "severity", .string, default: "warn", summary: "Lines from this severity on are compared, and every line with an exception"),
        SettingDescriptor("burst", .object, summary: "factor (3): times the recent rate; count (5): at least so many in ten seconds"),
        SettingDescriptor(
            "silence", .duration, default: "1m", summary: "No lines of the canary for this long while it serves: the signals are missing"),
        SettingDescriptor(
            "bake", .object, summary: "tolerance (2): times the upper bound of stable's rate before, while there is no control group"),
        SettingDescriptor(
            "sequences", .array,
            summary:
                "Events in an order: name, pattern ('\"payment failed\" then 3 times \"retry\"'), within, by (the field they share), holds"),
        SettingDescriptor(
            "scorer", .object,
            summary: "A model server with a score of its own: url, secret, authority, timeout (2s), mode (highest, or replace)"),
    ]

    /// Settings that are not given keep their defaults; so do those with a problem.
    static func read(_ configuration: JSONValue) -> (settings: SignalSettings, problems: [SettingProblem]) {
        let (own, ownProblems) = comparison(configuration)
        var problems = ownProblems
        var settings = SignalSettings(comparison: own)
        settings.sequences = sequences(configuration["sequences"], &problems)
        settings.scorer = scorer(configuration["scorer"], &problems)
        return (settings, problems + unknownMembers(configuration))
    }

    private static func comparison(_ configuration: JSONValue) -> (settings: LogComparisonSettings, problems: [SettingProblem]) {
        var settings = LogComparisonSettings()
        var problems: [SettingProblem] = []
        func number(_ value: JSONValue?, _ name: String, in range: ClosedRange<Double>, _ set: (Double) -> Void) {
            guard let value, !value.isNull else { return }
            guard let number = value.number, range.contains(number) else {
                problems.append(SettingProblem(setting: name, reason: "must be a number of \(range.lowerBound) to \(range.upperBound)"))
                return
            }
            set(number)
        }
        number(configuration["falseRollback"], "falseRollback", in: 0.000001...0.5) { settings.falseRollback = $0 }
        number(configuration["tolerance"], "tolerance", in: 1...100) { settings.tolerance = $0 }
        number(configuration["lateOnset"], "lateOnset", in: 0...0.9) { settings.lateOnset = $0 }
        number(configuration["burst"]?["factor"], "burst.factor", in: 1...1000) { settings.burstFactor = $0 }
        number(configuration["burst"]?["count"], "burst.count", in: 1...1_000_000) { settings.burstCount = Int($0) }
        number(configuration["bake"]?["tolerance"], "bake.tolerance", in: 1...100) { settings.bakeTolerance = $0 }
        if let value = configuration["severity"], !value.isNull {
            if let severity = value.string.flatMap(LogSeverity.init(rawValue:)) {
                settings.severity = severity
            } else {
                let names = LogSeverity.allCases.map(\.rawValue).joined(separator: ", ")
                problems.append(SettingProblem(setting: "severity", reason: "must be one of \(names)"))
            }
        }
        if let value = configuration["silence"], !value.isNull {
            if let span = value.string.flatMap({ TimeSpan($0) }), span > .zero {
                settings.silence = span
            } else {
                problems.append(SettingProblem(setting: "silence", reason: "must be a length of time such as 1m"))
            }
        }
        readAlternatives(configuration["alternatives"], &settings, &problems)
        return (settings, problems)
    }

    private static func readAlternatives(
        _ value: JSONValue?, _ settings: inout LogComparisonSettings, _ problems: inout [SettingProblem]
    ) {
        if let value, !value.isNull {
            let numbers = value.array?.compactMap(\.number) ?? []
            guard !numbers.isEmpty, numbers.count == value.array?.count, numbers.count <= maximumAlternatives else {
                problems.append(SettingProblem(setting: "alternatives", reason: "must be a list of 1 to \(maximumAlternatives) numbers"))
                return
            }
            settings.alternatives = numbers
        }
        guard settings.alternatives.allSatisfy({ $0 > settings.tolerance && $0 <= 10_000 }) else {
            problems.append(
                SettingProblem(
                    setting: "alternatives", reason: "must each lie above the tolerance, \(settings.tolerance), and be at most 10000"))
            // The defaults go with a tolerance of 1 only; nothing is evaluated with settings that have a problem.
            settings.alternatives = LogComparisonSettings().alternatives
            settings.tolerance = 1
            return
        }
    }

    private static func unknownMembers(_ configuration: JSONValue) -> [SettingProblem] {
        let known = [("burst", ["factor", "count"]), ("bake", ["tolerance"]), ("scorer", scorerMembers)]
        return known.flatMap { name, members in
            (configuration[name]?.object?.keys.sorted() ?? []).filter { !members.contains($0) }.map {
                SettingProblem(setting: "\(name).\($0)", reason: "is not a setting; there are \(members.joined(separator: ", "))")
            }
        }
    }
}
