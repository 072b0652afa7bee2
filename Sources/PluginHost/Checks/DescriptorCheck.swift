internal import PluginKit
internal import ReleaseModel

extension PluginDescriptor {
    /// More of either makes no plugin.
    static let maximumSettings = 200
    static let maximumSignals = 200

    /// What is wrong with a descriptor, each a sentence; empty when it is sane.
    func problems(expectedName: String) -> [String] {
        var problems: [String] = []
        if name != expectedName { problems.append("its descriptor is named '\(name.prefix(100))', its file '\(expectedName)'") }
        if let problem = Name.problem(with: alias) { problems.append("its alias \(problem)") }
        if version.isEmpty || version.utf8.count > 64 { problems.append("its version is empty or longer than 64 bytes") }
        if settings.count > Self.maximumSettings { problems.append("it has more than \(Self.maximumSettings) settings") }
        if signals.count > Self.maximumSignals { problems.append("it has more than \(Self.maximumSignals) signals") }
        guard problems.isEmpty else { return problems }
        problems += Self.repeated(settings.map(\.name)).map { "the setting '\($0)' is described twice" }
        problems += Self.repeated(signals.map(\.name)).map { "the signal '\($0)' is described twice" }
        problems += settings.flatMap { setting in setting.ownProblems.map { "setting '\(setting.name)': \($0)" } }
        problems += signals.flatMap { signal in signal.ownProblems.map { "signal '\(signal.name)': \($0)" } }
        let givesSignals = kind == .scoring || kind == .signals
        if givesSignals, signals.isEmpty { problems.append("a plugin of kind \(kind.rawValue) describes at least one signal") }
        if !givesSignals, !signals.isEmpty { problems.append("a plugin of kind \(kind.rawValue) gives no signals, but describes some") }
        return problems
    }

    private static func repeated(_ names: [String]) -> [String] {
        names.indices.filter { index in names[..<index].contains(names[index]) }.map { names[$0] }
    }
}

extension SettingDescriptor {
    fileprivate var ownProblems: [String] {
        var problems: [String] = []
        if name.isEmpty || name.utf8.count > 64 { problems.append("its name is empty or longer than 64 bytes") }
        if let minimum, let maximum, minimum > maximum { problems.append("its minimum lies above its maximum") }
        if let value = defaultValue { problems += self.problems(with: value).map { "its default \($0)" } }
        if required, defaultValue != nil { problems.append("it is required and has a default") }
        return problems
    }
}

extension SignalDescriptor {
    fileprivate var ownProblems: [String] {
        var problems: [String] = []
        let isName =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46 || byte == 95
            }
        if !isName { problems.append("its name is not made of letters, digits, '.' and '_', at most 64") }
        if let minimum, let maximum, minimum > maximum { problems.append("its minimum lies above its maximum") }
        switch (kind, worse) {
        case (.bool, .higher), (.bool, .lower): problems.append("the worse direction of a bool is true, false or none")
        case (.number, .true), (.number, .false): problems.append("the worse direction of a number is higher, lower or none")
        case (.string, .higher), (.string, .lower), (.string, .true), (.string, .false): problems.append("a text has no worse direction")
        case (.bool, _), (.number, _), (.string, .none): break
        }
        return problems
    }
}
