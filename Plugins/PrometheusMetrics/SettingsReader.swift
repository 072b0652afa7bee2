internal import PluginKit
internal import ReleaseModel

/// Takes settings out of a JSON object and collects what is wrong with them.
struct SettingsReader {
    private let configuration: JSONValue
    private(set) var problems: [SettingProblem] = []

    init(_ configuration: JSONValue) { self.configuration = configuration }

    mutating func problem(_ setting: String, _ reason: String) { problems.append(SettingProblem(setting: setting, reason: reason)) }

    mutating func text(_ name: String) -> String? {
        guard let value = configuration[name], !value.isNull else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= 1024 else {
            problem(name, "must be a text of at most 1024 bytes")
            return nil
        }
        return text
    }

    mutating func url(_ name: String) -> String {
        guard var text = text(name) else {
            if problems.isEmpty { problem(name, "is required") }
            return ""
        }
        let lowered = text.lowercased()
        if !(lowered.hasPrefix("http://") || lowered.hasPrefix("https://")) || text.contains(where: { $0 == "?" || $0 == "#" || $0 == " " })
        {
            problem(name, "must be an http or https URL without a query")
        }
        if text.drop(while: { $0 != "/" }).dropFirst(2).prefix(while: { $0 != "/" }).contains("@") {
            problem(name, "must not hold a password; give a bearer token by `secret`")
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    mutating func span(_ name: String) -> TimeSpan? {
        guard let text = text(name) else { return nil }
        guard let span = TimeSpan(text), span > .zero else {
            problem(name, "must be a length of time such as 15s")
            return nil
        }
        return span
    }

    mutating func labelName(_ name: String) -> String? {
        guard let value = configuration["labels"]?[name], !value.isNull else { return nil }
        guard let text = value.string, Self.isName(text, colons: false) else {
            problem("labels.\(name)", "must be a label name")
            return nil
        }
        return text
    }

    /// The name in use; nil where there is none or null was given.
    mutating func metricName(_ name: String) -> String? {
        guard let value = configuration["metrics"]?[name] else { return Settings.standardNames[name] }
        if value.isNull { return nil }
        guard let text = value.string, Self.isName(text, colons: true) else {
            problem("metrics.\(name)", "must be a metric name or null")
            return nil
        }
        return text
    }

    /// Whether the name of a metric is left to the presets.
    func isAutomatic(_ name: String) -> Bool {
        guard let value = configuration["metrics"]?[name] else { return true }
        return value.string == Settings.automatic
    }

    mutating func refuseUnknown(in object: String, except known: [String]) {
        guard let value = configuration[object], !value.isNull else { return }
        guard let members = value.object else {
            problem(object, "must be an object")
            return
        }
        for name in members.keys.sorted() where !known.contains(name) {
            problem("\(object).\(name)", "is not known; there are \(known.joined(separator: ", "))")
        }
    }

    private static func isName(_ text: String, colons: Bool) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 256, let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || (colons && $0 == 58)
        }
    }
}
