public import ReleaseModel

/// Under which names and labels a policy's Prometheus has requests, errors and latencies: the settings of the `prometheus` plugin that rules need.
public struct SeriesNames: Sendable, Hashable {
    public var requests: String
    /// A counter of its own for errors; nil where they are requests with certain labels.
    public var errors: String?
    /// Label matchers that make a request an error.
    public var errorMatchers: String?
    public var latency: String
    /// Further matchers of requests and latencies.
    public var matchers: String?
    public var serviceLabel: String
    public var revisionLabel: String

    public init(
        requests: String = "http_server_requests_seconds_count", errors: String? = nil, errorMatchers: String? = #"status=~"5..""#,
        latency: String = "http_server_requests_seconds", matchers: String? = nil, serviceLabel: String = "service",
        revisionLabel: String = "revision"
    ) {
        self.requests = requests
        self.errors = errors
        self.errorMatchers = errorMatchers
        self.latency = latency
        self.matchers = matchers
        self.serviceLabel = serviceLabel
        self.revisionLabel = revisionLabel
    }

    /// From the settings of the plugin, which has checked them.
    public init(_ configuration: JSONValue) {
        self.init()
        let metrics = configuration["metrics"]
        requests = metrics?["requests"]?.string ?? requests
        errors = metrics?["errors"]?.string
        errorMatchers = configuration["errors"]?.string ?? (errors == nil ? errorMatchers : nil)
        latency = metrics?["latency"]?.string ?? latency
        matchers = configuration["only"]?.string
        serviceLabel = configuration["labels"]?["service"]?.string ?? serviceLabel
        revisionLabel = configuration["labels"]?["revision"]?.string ?? revisionLabel
    }
}
