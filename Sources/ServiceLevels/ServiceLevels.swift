public import ReleaseModel
public import Statistics

/// What a policy's `health` section says about service levels, read and checked: `slo`, a list of objectives, and `breach`.
public struct ServiceLevels: Sendable, Hashable {
    public static let maximumObjectives = 8
    public static let maximumRules = 4
    /// Longer windows are not kept.
    public static let longestWindowSeconds = 3 * 86400.0
    public static let shortestWindowSeconds = 60.0
    public static let longestHistorySeconds = 6 * 3600.0

    public var objectives: [Objective]
    public var breach: BreachRule

    public init(objectives: [Objective] = [.standard], breach: BreachRule = .burnRate) {
        self.objectives = objectives
        self.breach = breach
    }

    /// Something in the section that cannot be used.
    public struct Problem: Sendable, Hashable {
        /// Path of the setting: `slo[1].objective`.
        public var setting: String
        public var reason: String
    }

    /// Reads the settings of a scoring plugin; what else they hold is not looked at.
    ///
    /// - Returns: the levels, with defaults in the place of what has a problem.
    public static func read(_ configuration: JSONValue) -> (levels: ServiceLevels, problems: [Problem]) {
        var problems: [Problem] = []
        var levels = ServiceLevels()
        if let given = configuration["slo"], !given.isNull {
            if let elements = given.array, elements.count <= maximumObjectives {
                levels.objectives = elements.enumerated().map { objective($1, at: $0, &problems) }
                let names = levels.objectives.map(\.name)
                for (index, name) in names.enumerated() where names.firstIndex(of: name) != index {
                    problems.append(Problem(setting: "slo[\(index)].name", reason: "'\(name)' is named twice"))
                }
            } else {
                problems.append(Problem(setting: "slo", reason: "must be a list of at most \(maximumObjectives)"))
            }
        }
        levels.breach = breach(configuration["breach"] ?? .null, &problems)
        return (levels, problems)
    }

    private static func objective(_ value: JSONValue, at index: Int, _ problems: inout [Problem]) -> Objective {
        var section = LevelSection(value, place: "slo[\(index)]")
        section.refuseUnknown(except: ["name", "objective", "window", "latency", "requests", "errors", "page", "ticket"])
        let share = section.ratio("objective", 0.5...0.999999)
        if share == nil, section.problems.isEmpty { section.problem("objective", "is required, such as 99.9%") }
        var objective = Objective(name: section.text("name") ?? "slo \(index + 1)", objective: share ?? Objective.standard.objective)
        objective.periodSeconds = section.seconds("window", 3600...90 * 86400) ?? objective.periodSeconds
        objective.minimumRequests = section.number("requests", 1...1e9) ?? objective.minimumRequests
        objective.minimumErrors = section.number("errors", 1...1e9) ?? objective.minimumErrors
        if var latency = section.inner("latency") {
            latency.refuseUnknown(except: ["within"])
            if let seconds = latency.seconds("within", 0.000001...3600) {
                objective.indicator = .slower(thanSeconds: seconds)
            } else if latency.problems.isEmpty {
                latency.problem("within", "is required, such as 3s")
            }
            section.take(latency.problems)
        }
        objective.page = rules("page", of: objective, &section) ?? objective.page
        objective.ticket = rules("ticket", of: objective, &section) ?? objective.ticket
        if objective.page.isEmpty { section.problem("page", "must hold a rule") }
        problems += section.problems
        return objective
    }

    private static func rules(_ name: String, of objective: Objective, _ section: inout LevelSection) -> [BurnRateRule]? {
        guard let elements = section.array(name, atMost: maximumRules) else { return nil }
        return elements.enumerated().compactMap { index, value in
            var inner = LevelSection(value, place: "\(section.place).\(name)[\(index)]")
            inner.refuseUnknown(except: ["budget", "long", "short"])
            let windows = shortestWindowSeconds...longestWindowSeconds
            let share = inner.ratio("budget", 0.0001...1)
            let long = inner.seconds("long", windows)
            let short = inner.seconds("short", windows)
            if inner.problems.isEmpty, share == nil || long == nil || short == nil {
                inner.problem("", "needs budget, long and short, such as {budget: 2%, long: 1h, short: 5m}")
            }
            if let long, let short, short >= long { inner.problem("short", "must be shorter than the long window") }
            if let share, let long {
                let factor = BurnRateRule(budgetShare: share, longSeconds: long, shortSeconds: long)
                    .factor(periodSeconds: objective.periodSeconds)
                if factor * objective.budget >= 1 {
                    inner.problem("budget", "asks for more than 100% bad requests within the long window, so it can never hold")
                }
            }
            section.take(inner.problems)
            guard inner.problems.isEmpty, let share, let long, let short else { return nil }
            return BurnRateRule(budgetShare: share, longSeconds: long, shortSeconds: short)
        }
    }

    private static func breach(_ value: JSONValue, _ problems: inout [Problem]) -> BreachRule {
        if value.isNull { return .burnRate }
        var section = LevelSection(value, place: "breach")
        section.refuseUnknown(except: ["by", "percentile", "over", "for"])
        defer { problems += section.problems }
        switch section.text("by") ?? "burnRate" {
        case "burnRate":
            for name in ["percentile", "over", "for"] where section.has(name) {
                section.problem(name, "goes with by: percentile")
            }
            return .burnRate
        case "percentile":
            var rule = BreachRule.Percentile()
            rule.p = section.number("percentile", 50...99.99).map { $0 / 100 } ?? rule.p
            rule.overSeconds = section.seconds("over", 600...longestHistorySeconds) ?? rule.overSeconds
            rule.forSeconds = section.seconds("for", 60...3600) ?? rule.forSeconds
            if rule.forSeconds > rule.overSeconds { section.problem("for", "must be at most `over`") }
            return .percentile(rule)
        default:
            section.problem("by", "must be burnRate or percentile")
            return .burnRate
        }
    }
}
