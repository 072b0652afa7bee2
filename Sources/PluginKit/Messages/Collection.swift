public import ReleaseModel

/// `collect`: read the metrics of several releases for one window that has ended.
public struct CollectRequest: Sendable, Hashable, Codable {
    public var configuration: JSONValue
    /// Raw points after the cursor in `state` and up to `windowEnd` are wanted, and no later ones.
    public var windowEnd: Timestamp
    public var subjects: [CollectSubject]

    public init(configuration: JSONValue, windowEnd: Timestamp, subjects: [CollectSubject]) {
        self.configuration = configuration
        self.windowEnd = windowEnd
        self.subjects = subjects
    }
}

public struct CollectSubject: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var service: String
    public var arms: [Arm]
    /// What the previous call returned for this release; nil at the first.
    public var state: JSONValue?

    public init(release: ReleaseID, service: String, arms: [Arm], state: JSONValue?) {
        self.release = release
        self.service = service
        self.arms = arms
        self.state = state
    }
}

public struct CollectResponse: Sendable, Hashable, Codable {
    public var results: [CollectResult]
    /// The queries as they were sent, for the evidence; no secrets.
    public var queries: [ResolvedQuery]

    public init(results: [CollectResult], queries: [ResolvedQuery]) {
        self.results = results
        self.queries = queries
    }
}

public struct CollectResult: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var samples: [Sample]
    /// Cursors to pass to the next call.
    public var state: JSONValue
    /// Why samples are missing or incomplete; nil when all is well.
    public var problem: String?

    public init(release: ReleaseID, samples: [Sample], state: JSONValue, problem: String? = nil) {
        self.release = release
        self.samples = samples
        self.state = state
        self.problem = problem
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
