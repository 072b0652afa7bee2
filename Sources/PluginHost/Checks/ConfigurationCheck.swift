public import PluginKit
public import ReleaseModel

extension PluginDescriptor {
    /// A configuration held against the settings: the same with defaults filled in, and everything that is wrong with it.
    ///
    /// Nothing stands for an empty configuration, and null for a setting that is left out. A `duration` is bounded in seconds, a `ratio` as a
    /// fraction of 1, an `array` by its length; what is inside of an `array` or `object` only the plugin knows.
    public func checked(_ configuration: JSONValue) -> (configuration: JSONValue, problems: [SettingProblem]) {
        guard case .object(var members) = configuration.isNull ? [:] : configuration else {
            return (configuration, [SettingProblem(setting: "", reason: "a configuration is an object with one member for each setting")])
        }
        let known = settings.map(\.name)
        var problems = members.keys.sorted().filter { !known.contains($0) }.map { name in
            SettingProblem(setting: name, reason: "is not a setting of \(self.name)" + Suggestion.setting(for: name, among: known))
        }
        for setting in settings {
            if let value = members[setting.name], !value.isNull {
                problems += setting.problems(with: value).map { SettingProblem(setting: setting.name, reason: $0) }
            } else if let value = setting.defaultValue {
                members[setting.name] = value
            } else {
                members[setting.name] = nil
                if setting.required { problems.append(SettingProblem(setting: setting.name, reason: "is required: \(setting.summary)")) }
            }
        }
        return (.object(members), problems)
    }
}

extension SettingDescriptor {
    /// What is wrong with a value of the setting; at most one thing.
    func problems(with value: JSONValue) -> [String] {
        switch kind {
        case .bool: value.bool == nil ? ["must be true or false"] : []
        case .string: value.string == nil ? ["must be a text"] : []
        case .object: value.object == nil ? ["must be an object"] : []
        case .array: value.array.map { rangeProblem(Double($0.count), "elements") } ?? ["must be a list"]
        case .number: value.number.map { rangeProblem($0, "") } ?? ["must be a number"]
        case .duration:
            value.string.flatMap { TimeSpan($0) }.map { rangeProblem($0.seconds, "s") } ?? ["must be a length of time such as 30s or 1h30m"]
        case .ratio: Self.fraction(value).map { rangeProblem($0, "") } ?? ["must be a share such as 99.9% or 0.999"]
        }
    }

    private func rangeProblem(_ figure: Double, _ unit: String) -> [String] {
        let suffix = unit.isEmpty || unit == "s" ? unit : " \(unit)"
        if let minimum, figure < minimum { return ["must be at least \(JSONValue.number(minimum).canonicalText)\(suffix)"] }
        if let maximum, figure > maximum { return ["must be at most \(JSONValue.number(maximum).canonicalText)\(suffix)"] }
        return []
    }

    /// The fraction of 1 that a ratio stands for.
    private static func fraction(_ value: JSONValue) -> Double? {
        if let number = value.number { return number }
        guard let text = value.string, text.hasSuffix("%"), text.utf8.count <= 32, let percent = Double(text.dropLast()), percent.isFinite
        else { return nil }
        return percent / 100
    }
}
