internal import PluginKit
internal import ReleaseModel

/// What the policy says about the source, read and checked.
struct Settings {
    var url = ""
    var scrape = TimeSpan.seconds(15)
    var timeout = TimeSpan.seconds(5)
    var secret: SecretReference?
    var authorityFile: String?
    var certificateFile: String?
    var keyFile: String?
    var serviceLabel = "service"
    var revisionLabel = "revision"
    var instanceLabel = "instance"
    var maximumSeries = 10_000
    /// Days of which the same time is read while a revision has all users; 0: none.
    var previousDays = 7
    var sources: [MetricSource] = []
    var checks: [CheckQuery] = []

    static let descriptors: [SettingDescriptor] = [
        SettingDescriptor(
            "url", .string, required: true, summary: "Where Prometheus is: http://host:port, with a path prefix if it has one"),
        SettingDescriptor(
            "scrape", .duration, default: "15s",
            summary: "About the scrape interval of these targets: how much further back than the window is read"),
        SettingDescriptor("timeout", .duration, default: "5s", summary: "Deadline of one query"),
        SettingDescriptor("secret", .string, summary: "Bearer token by reference: env:NAME or file:PATH"),
        SettingDescriptor("caFile", .string, summary: "PEM file of the authority that signed Prometheus' certificate"),
        SettingDescriptor("certFile", .string, summary: "PEM file of the certificate that this side shows; with keyFile"),
        SettingDescriptor("keyFile", .string, summary: "PEM file of that certificate's key"),
        SettingDescriptor("labels", .object, summary: "Label names: service, revision, instance"),
        SettingDescriptor(
            "maximumSeries", .number, default: 10_000, minimum: 1, maximum: 50_000,
            summary: "Series in one answer; releases that need more together are asked for apart, one that needs more alone is a problem"),
        SettingDescriptor(
            "previousDays", .number, default: 7, minimum: 0, maximum: 14,
            summary: "Days of which the same time is read once the new revision has all users, to compare it with; 0: none"),
        SettingDescriptor(
            "only", .string, summary: "Label matchers that requests, errors and latency must have: uri!=\"/healthz\" leaves out probes"),
        SettingDescriptor("errors", .string, summary: "Label matchers that make a request an error; status=~\"5..\" by default"),
        SettingDescriptor(
            "metrics", .object,
            summary:
                "Names: requests, errors, latency, gc, memory, processStart; null leaves one out; gc and memory are found by themselves"),
        SettingDescriptor(
            "checks", .array,
            summary:
                "Queries of your own: name, query (PromQL with $service, $revision, $stable), every, delay, count, from; health.checks has their limits"
        ),
    ]

    /// The names that Micrometer and the Prometheus client libraries use. What runtimes use is in `RuntimePreset`.
    static let standardNames: [String: String] = [
        "requests": "http_server_requests_seconds_count", "latency": "http_server_requests_seconds",
        "processStart": "process_start_time_seconds",
    ]
    static let metricNames = ["errors", "gc", "latency", "memory", "processStart", "requests"]
    /// Given for gc or memory it means the presets, as leaving it out does.
    static let automatic = "auto"
    static let standardErrors = #"status=~"5..""#

    static func read(_ configuration: JSONValue) -> (settings: Settings, problems: [SettingProblem]) {
        var reader = SettingsReader(configuration)
        var settings = Settings()
        settings.url = reader.url("url")
        settings.scrape = reader.span("scrape") ?? settings.scrape
        settings.timeout = reader.span("timeout") ?? settings.timeout
        settings.authorityFile = reader.text("caFile")
        settings.certificateFile = reader.text("certFile")
        settings.keyFile = reader.text("keyFile")
        if (settings.certificateFile == nil) != (settings.keyFile == nil) {
            reader.problem(settings.keyFile == nil ? "keyFile" : "certFile", "is wanted as well: a certificate and its key go together")
        }
        if let text = reader.text("secret") {
            settings.secret = SecretReference(text)
            if settings.secret == nil { reader.problem("secret", "must be env:NAME or file:PATH") }
        }
        settings.serviceLabel = reader.labelName("service") ?? settings.serviceLabel
        settings.revisionLabel = reader.labelName("revision") ?? settings.revisionLabel
        settings.instanceLabel = reader.labelName("instance") ?? settings.instanceLabel
        if let number = configuration["maximumSeries"]?.number {
            settings.maximumSeries = Int(min(max(number, 1), 50_000))
        }
        if let number = configuration["previousDays"]?.number { settings.previousDays = Int(min(max(number, 0), 14)) }
        settings.sources = sources(&reader)
        var problems = reader.problems
        settings.checks = CheckQuery.read(configuration, problems: &problems)
        return (settings, problems)
    }

    private static func sources(_ reader: inout SettingsReader) -> [MetricSource] {
        reader.refuseUnknown(in: "metrics", except: metricNames)
        reader.refuseUnknown(in: "labels", except: ["service", "revision", "instance"])
        let requests = reader.metricName("requests")
        let errors = reader.metricName("errors")
        let only = reader.text("only")
        func matchers(_ more: String?) -> String? {
            let parts = [only, more].compactMap(\.self)
            return parts.isEmpty ? nil : parts.joined(separator: ",")
        }
        let selector = matchers(reader.text("errors") ?? (errors == nil ? standardErrors : nil))
        var sources: [MetricSource] = []
        // First, because a counter that steps back is a restart only where the process started anew.
        if let name = reader.metricName("processStart") {
            sources.append(MetricSource(metric: Metric.processStart, shape: .gauge, name: name, selector: nil))
        }
        func add(_ metric: String, _ shape: MetricSource.Shape, _ name: String?, _ selector: String? = nil) {
            if let name { sources.append(MetricSource(metric: metric, shape: shape, name: name, selector: selector)) }
        }
        add(Metric.requests, .counter, requests, matchers(nil))
        add(Metric.errors, .counter, errors ?? requests, selector)
        let latency = reader.metricName("latency")
        add(Metric.latency, .histogram(HistogramNames(latency ?? "")), latency, matchers(nil))
        if reader.isAutomatic("gc") {
            add(Metric.gcPauses, .pauses, "")
        } else if let name = reader.metricName("gc") {
            add(Metric.gcPauses, .histogram(HistogramNames(name)), name)
        }
        if reader.isAutomatic("memory") {
            add(Metric.memoryFloor, .memory, "")
        } else {
            add(Metric.memoryFloor, .gauge, reader.metricName("memory"))
        }
        if sources.isEmpty { reader.problem("metrics", "leaves nothing to read") }
        return sources
    }
}
