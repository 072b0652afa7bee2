public import ReleaseModel

/// `collect`: read the metrics of several releases for one window that has ended.
public struct CollectRequest: Sendable, Hashable, Codable {
    public var configuration: JSONValue
    /// Raw points after the cursor in `state` and up to `windowEnd` are wanted, and no later ones. Where subjects have ends of their
    /// own, it is the latest of them.
    public var windowEnd: Timestamp
    public var subjects: [CollectSubject]

    public init(configuration: JSONValue, windowEnd: Timestamp, subjects: [CollectSubject]) {
        self.configuration = configuration
        self.windowEnd = windowEnd
        self.subjects = subjects
    }

    /// Up to where the points of one subject are wanted.
    public func windowEnd(of subject: CollectSubject) -> Timestamp { subject.windowEnd ?? windowEnd }
}

public struct CollectSubject: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var service: String
    public var arms: [Arm]
    /// What the previous call returned for this release; nil at the first.
    public var state: JSONValue?
    /// The servers (`host:port`) that run each arm, for plugins that ask the instances themselves; nil for the others.
    public var servers: [ArmServers]?
    /// The end of this release's window where releases with different windows share a call; nil: the request's.
    public var windowEnd: Timestamp?

    public init(
        release: ReleaseID, service: String, arms: [Arm], state: JSONValue?, windowEnd: Timestamp? = nil, servers: [ArmServers]? = nil
    ) {
        self.release = release
        self.service = service
        self.arms = arms
        self.state = state
        self.windowEnd = windowEnd
        self.servers = servers
    }
}

/// Where the revision of one arm runs.
public struct ArmServers: Sendable, Hashable, Codable {
    public var arm: String
    /// `host:port` each.
    public var servers: [String]

    public init(arm: String, servers: [String]) {
        self.arm = arm
        self.servers = servers
    }
}

public struct CollectResponse: Sendable, Hashable, Codable {
    public var results: [CollectResult]
    /// The queries as they were sent, for the evidence; no secrets.
    public var queries: [ResolvedQuery]
    /// How the provider behind the plugin is doing; nil where the plugin does not follow it.
    public var provider: ProviderStanding?

    public init(results: [CollectResult], queries: [ResolvedQuery], provider: ProviderStanding? = nil) {
        self.results = results
        self.queries = queries
        self.provider = provider
    }
}

public struct CollectResult: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var samples: [Sample]
    /// Cursors to pass to the next call. With a problem they stand where they were, so that the same points are read again.
    public var state: JSONValue
    /// Why samples are missing or incomplete; nil when all is well.
    public var problem: String?
    /// What a person should know although the samples are sound, such as a setting that does not fit what was found; for the evidence.
    public var notes: [String]?
    /// The shortest window that surely holds a point of every instance: the scrape interval as it was observed; nil while unknown.
    /// Tidegate polls no more often.
    public var shortestWindow: TimeSpan?

    public init(
        release: ReleaseID, samples: [Sample], state: JSONValue, problem: String? = nil, notes: [String]? = nil,
        shortestWindow: TimeSpan? = nil
    ) {
        self.release = release
        self.samples = samples
        self.state = state
        self.problem = problem
        self.notes = notes
        self.shortestWindow = shortestWindow
    }
}

public struct ResolvedQuery: Sendable, Hashable, Codable {
    public var query: String
    public var time: Timestamp
    public var series: Int

    public init(query: String, time: Timestamp, series: Int) {
        self.query = query
        self.time = time
        self.series = series
    }
}
