internal import PluginKit
internal import ReleaseModel

/// What the policy says about probes, read and checked.
struct ProbeSettings {
    var scheme = "http"
    var path = "/"
    var method = "GET"
    /// Value of the Host header; nil for the server's own address.
    var host: String?
    /// Probes a second for each arm.
    var rate = 1.0
    var timeout = TimeSpan.seconds(2)
    /// Status codes of a good answer.
    var statuses = 200...299
    /// What a good answer holds; nil for anything.
    var contains: String?
    var headers: [(name: String, value: String)] = []
    var secret: SecretReference?
    var authorityFile: String?

    static let maximumRate = 20.0
    static let maximumHeaders = 16

    static let descriptors: [SettingDescriptor] = [
        SettingDescriptor("path", .string, default: "/", summary: "Path and query that are asked for"),
        SettingDescriptor("scheme", .string, default: "http", summary: "http or https"),
        SettingDescriptor("method", .string, default: "GET", summary: "GET or HEAD"),
        SettingDescriptor("host", .string, summary: "Host header; the server's address by default"),
        SettingDescriptor(
            "rate", .number, default: 1, minimum: 0.01, maximum: maximumRate, summary: "Probes a second for each arm, over all its servers"),
        SettingDescriptor("timeout", .duration, default: "2s", minimum: 0.01, maximum: 5, summary: "Deadline of one probe"),
        SettingDescriptor("status", .string, default: "200-299", summary: "Status codes of a good answer: 200, or 200-299"),
        SettingDescriptor("contains", .string, summary: "Text that a good answer holds"),
        SettingDescriptor("headers", .object, summary: "Further header fields, name: value; secrets only by `secret`"),
        SettingDescriptor("secret", .string, summary: "Bearer token by reference: env:NAME or file:PATH"),
        SettingDescriptor("caFile", .string, summary: "PEM file of the authority that signed the servers' certificates"),
    ]

    static func read(_ configuration: JSONValue) -> (settings: ProbeSettings, problems: [SettingProblem]) {
        var settings = ProbeSettings()
        var problems: [SettingProblem] = []
        func problem(_ setting: String, _ reason: String) { problems.append(SettingProblem(setting: setting, reason: reason)) }
        func text(_ name: String) -> String? {
            guard let value = configuration[name], !value.isNull else { return nil }
            guard let text = value.string, !text.isEmpty, text.utf8.count <= 1024, !text.utf8.contains(where: { $0 < 32 || $0 == 127 })
            else {
                problem(name, "must be a text of at most 1024 bytes on one line")
                return nil
            }
            return text
        }
        settings.path = text("path") ?? settings.path
        if !settings.path.hasPrefix("/") || settings.path.contains(where: { $0 == " " || $0 == "#" }) {
            problem("path", "must begin with / and hold no space or #")
        }
        settings.scheme = text("scheme") ?? settings.scheme
        if !["http", "https"].contains(settings.scheme) { problem("scheme", "must be http or https") }
        settings.method = text("method") ?? settings.method
        if !["GET", "HEAD"].contains(settings.method) { problem("method", "must be GET or HEAD: a probe changes nothing") }
        settings.host = text("host")
        if let value = configuration["rate"], !value.isNull {
            settings.rate = value.number ?? 0
            if !(0.01...maximumRate).contains(settings.rate) { problem("rate", "must be a number from 0.01 to \(maximumRate)") }
        }
        if let given = text("timeout") {
            settings.timeout = TimeSpan(given) ?? .zero
            if !(0.01...5).contains(settings.timeout.seconds) { problem("timeout", "must be a length of time from 10ms to 5s") }
        }
        if let value = configuration["status"], !value.isNull {
            if let statuses = statuses(value) { settings.statuses = statuses } else { problem("status", "must be such as 200, or 200-299") }
        }
        settings.contains = text("contains")
        if settings.contains != nil, settings.method == "HEAD" { problem("contains", "goes with GET: an answer to HEAD holds nothing") }
        if let reference = text("secret") {
            settings.secret = SecretReference(reference)
            if settings.secret == nil { problem("secret", "must be env:NAME or file:PATH") }
        }
        settings.authorityFile = text("caFile")
        settings.headers = headers(configuration["headers"] ?? .null, problem)
        return (settings, problems)
    }

    /// `200`, or `200-299`.
    private static func statuses(_ value: JSONValue) -> ClosedRange<Int>? {
        let text = value.string ?? value.number.map { "\(Int(exactly: $0) ?? 0)" } ?? ""
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...2).contains(ends.count), let first = ends.first, let last = ends.last, first <= last, (100...599).contains(first),
            (100...599).contains(last)
        else { return nil }
        return first...last
    }

    private static func headers(_ value: JSONValue, _ problem: (String, String) -> Void) -> [(name: String, value: String)] {
        if value.isNull { return [] }
        guard let members = value.object, members.count <= maximumHeaders else {
            problem("headers", "must be an object of at most \(maximumHeaders) fields")
            return []
        }
        return members.keys.sorted().compactMap { name in
            let isToken = !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0 | 32) || (48...57).contains($0) || $0 == 45 }
            guard isToken, let text = members[name]?.string, text.utf8.count <= 1024, !text.utf8.contains(where: { $0 < 32 || $0 == 127 })
            else {
                problem("headers.\(name.prefix(40))", "must be a header field's name, with a text of at most 1024 bytes")
                return nil
            }
            if ["authorization", "cookie", "host"].contains(name.lowercased()) {
                problem(
                    "headers.\(name)", name.lowercased() == "host" ? "is set by `host`" : "may be a secret; give a bearer token by `secret`"
                )
                return nil
            }
            return (name, text)
        }
    }
}
