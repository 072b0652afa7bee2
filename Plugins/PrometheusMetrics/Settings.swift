internal import PluginKit
internal import ReleaseModel

/// One metric of the vocabulary and how it is found.
struct MetricSource {
    enum Shape {
        /// A counter: summed deltas per instance.
        case counter
        /// `_bucket`, `_sum` and `_count` of one name.
        case histogram
        /// The newest value.
        case gauge
    }

    var metric: String
    var shape: Shape
    /// The name in Prometheus, for a histogram without its suffix.
    var name: String
    /// Further label matchers, as PromQL writes them.
    var selector: String?
}

/// What the policy says about the source, read and checked.
struct Settings {
    var url = ""
    var scrape = TimeSpan.seconds(15)
    var timeout = TimeSpan.seconds(5)
    var secret: SecretReference?
    var authorityFile: String?
    var serviceLabel = "service"
    var revisionLabel = "revision"
    var instanceLabel = "instance"
    var maximumSeries = 5000
    var sources: [MetricSource] = []

    static let descriptors: [SettingDescriptor] = [
        SettingDescriptor(
            "url", .string, required: true, summary: "Where Prometheus is: http://host:port, with a path prefix if it has one"),
        SettingDescriptor("scrape", .duration, default: "15s", summary: "The server's scrape interval for these targets"),
        SettingDescriptor("timeout", .duration, default: "5s", summary: "Deadline of one query"),
        SettingDescriptor("secret", .string, summary: "Bearer token by reference: env:NAME or file:PATH"),
        SettingDescriptor("caFile", .string, summary: "PEM file of the authority that signed Prometheus' certificate"),
        SettingDescriptor("labels", .object, summary: "Label names: service, revision, instance"),
        SettingDescriptor(
            "maximumSeries", .number, default: 5000, minimum: 1, maximum: 50_000, summary: "Series in one answer; more is a problem"),
        SettingDescriptor("errors", .string, summary: "Label matchers that make a request an error; status=~\"5..\" by default"),
        SettingDescriptor("metrics", .object, summary: "Names: requests, errors, latency, gc, memory, processStart; null leaves one out"),
    ]

    /// The names that Micrometer and the Prometheus client libraries use.
    static let standardNames: [String: String] = [
        "requests": "http_server_requests_seconds_count", "latency": "http_server_requests_seconds", "gc": "jvm_gc_pause_seconds",
        "memory": "jvm_gc_live_data_size_bytes", "processStart": "process_start_time_seconds",
    ]
    static let standardErrors = #"status=~"5..""#

    static func read(_ configuration: JSONValue) -> (settings: Settings, problems: [SettingProblem]) {
        var reader = SettingsReader(configuration)
        var settings = Settings()
        settings.url = reader.url("url")
        settings.scrape = reader.span("scrape") ?? settings.scrape
        settings.timeout = reader.span("timeout") ?? settings.timeout
        settings.authorityFile = reader.text("caFile")
        if let text = reader.text("secret") {
            settings.secret = SecretReference(text)
            if settings.secret == nil { reader.problem("secret", "must be env:NAME or file:PATH") }
        }
        settings.serviceLabel = reader.labelName("service") ?? settings.serviceLabel
        settings.revisionLabel = reader.labelName("revision") ?? settings.revisionLabel
        settings.instanceLabel = reader.labelName("instance") ?? settings.instanceLabel
        if let number = configuration["maximumSeries"]?.number { settings.maximumSeries = Int(min(max(number, 1), 50_000)) }
        settings.sources = sources(&reader)
        return (settings, reader.problems)
    }

    private static func sources(_ reader: inout SettingsReader) -> [MetricSource] {
        reader.refuseUnknown(in: "metrics", except: standardNames.keys.sorted() + ["errors"])
        reader.refuseUnknown(in: "labels", except: ["service", "revision", "instance"])
        let requests = reader.metricName("requests")
        let errors = reader.metricName("errors")
        let selector = reader.text("errors") ?? (errors == nil ? standardErrors : nil)
        var sources: [MetricSource] = []
        func add(_ metric: String, _ shape: MetricSource.Shape, _ name: String?, _ selector: String? = nil) {
            if let name { sources.append(MetricSource(metric: metric, shape: shape, name: name, selector: selector)) }
        }
        add(Metric.requests, .counter, requests)
        add(Metric.errors, .counter, errors ?? requests, selector)
        add(Metric.latency, .histogram, reader.metricName("latency"))
        add(Metric.gcPauses, .histogram, reader.metricName("gc"))
        add(Metric.memoryFloor, .gauge, reader.metricName("memory"))
        add(Metric.processStart, .gauge, reader.metricName("processStart"))
        if sources.isEmpty { reader.problem("metrics", "leaves nothing to read") }
        return sources
    }
}

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
