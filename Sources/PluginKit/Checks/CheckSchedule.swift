public import ReleaseModel

/// A check of the policy's own, and when it is measured. What a measurement is (a query, a call) is the plugin's.
///
/// The plugin reports every check in every window: `check.NAME` with the values of its newest measurement, `check.NAME.unanswered`
/// where that brought none, or `check.NAME.waiting` before the first. The time of these samples is that of the measurement, so that a
/// measurement that is reported again is not counted twice. Whether a value is healthy is the scoring plugin's to say.
public struct CheckSchedule: Sendable, Hashable {
    public static let maximumChecks = 64
    /// Values of one measurement; a query that gives more needs an aggregation.
    public static let maximumValues = 64

    public var name: String
    public var every: TimeSpan
    /// From the first window in which the canary has the weight.
    public var delay: TimeSpan
    /// Measurements after which the last one stands; nil for no end.
    public var count: Int?
    /// Measured while the canary has at least this weight, and any at all.
    public var from: Weight

    public init(name: String, every: TimeSpan = .seconds(60), delay: TimeSpan = .zero, count: Int? = nil, from: Weight = .zero) {
        self.name = name
        self.every = every
        self.delay = delay
        self.count = count
        self.from = from
    }

    /// Names of the settings that `read` takes.
    public static let settings = ["name", "every", "delay", "count", "from"]

    /// Reads the schedule of `checks[index]`; what is wrong is added to `problems`, and then the result is nil.
    ///
    /// - Parameter others: further settings of a check that the plugin knows.
    public static func read(_ value: JSONValue, index: Int, others: [String], problems: inout [SettingProblem]) -> CheckSchedule? {
        let place = "checks[\(index)]"
        let before = problems.count
        func problem(_ setting: String, _ reason: String) {
            problems.append(SettingProblem(setting: setting.isEmpty ? place : "\(place).\(setting)", reason: reason))
        }
        guard let members = value.object else {
            problem("", "must be an object")
            return nil
        }
        for name in members.keys.sorted() where !(settings + others).contains(name) {
            problem(name, "is not known; there are \((settings + others).joined(separator: ", "))")
        }
        let name = value["name"]?.string ?? ""
        if Name.problem(with: name) != nil || name.contains(".") {
            problem("name", "must be a name of letters, digits, '_' and '-', at most \(Name.maximumLength) bytes")
        }
        var schedule = CheckSchedule(name: name)
        func span(_ setting: String, atLeast minimum: TimeSpan, _ set: (TimeSpan) -> Void) {
            guard let given = value[setting], !given.isNull else { return }
            guard let span = given.string.flatMap({ TimeSpan($0) }), span >= minimum, span <= .seconds(86_400) else {
                return problem(setting, "must be a length of time from \(minimum) to 1d, such as 1m")
            }
            set(span)
        }
        span("every", atLeast: .seconds(1)) { schedule.every = $0 }
        span("delay", atLeast: .zero) { schedule.delay = $0 }
        if let given = value["count"], !given.isNull {
            if let number = given.number, let count = Int(exactly: number), (1...100_000).contains(count) {
                schedule.count = count
            } else {
                problem("count", "must be a whole number from 1 to 100000")
            }
        }
        if let given = value["from"], !given.isNull {
            if let weight = given.string.flatMap({ Weight(percent: $0) }) {
                schedule.from = weight
            } else {
                problem("from", "must be a weight such as 25%")
            }
        }
        return problems.count == before ? schedule : nil
    }

    /// Reads every element of `checks` by `read`, and refuses too many of them and names that stand twice.
    public static func readAll<Check>(
        _ configuration: JSONValue, problems: inout [SettingProblem], _ read: (JSONValue, Int, inout [SettingProblem]) -> Check?,
        name: (Check) -> String
    ) -> [Check] {
        guard let given = configuration["checks"], !given.isNull else { return [] }
        guard let elements = given.array, elements.count <= maximumChecks else {
            problems.append(SettingProblem(setting: "checks", reason: "must be a list of at most \(maximumChecks)"))
            return []
        }
        var names: Set<String> = []
        var checks: [Check] = []
        for (index, element) in elements.enumerated() {
            guard let check = read(element, index, &problems) else { continue }
            if !names.insert(name(check)).inserted {
                problems.append(SettingProblem(setting: "checks[\(index)].name", reason: "stands twice"))
            }
            checks.append(check)
        }
        return checks
    }
}
