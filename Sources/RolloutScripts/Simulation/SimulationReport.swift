public import ReleaseModel

/// What many simulated releases of one scenario came to.
public struct ScenarioReport: Sendable, Codable {
    public var scenario: String
    public var summary: String
    public var wanted: SimulationScenario.Wanted
    public var runs: Int
    public var promoted: Int
    public var rolledBack: Int
    public var waiting: Int
    /// Runs that ended otherwise than wanted.
    public var unwanted: Int
    /// From the begin of the fault to the rollback; nil where there was none, or no fault.
    public var medianDelay: TimeSpan?
    public var slowestDelay: TimeSpan?
    public var medianLength: TimeSpan
    public var meanBadRequests: Double
    public var mostBadRequests: Double
    /// Bad requests among all that the canary served.
    public var badShare: Double
    /// Times that a person was asked, for each run.
    public var asked: Double
    /// What decided, most frequent first, with how often.
    public var because: [Reason]
    /// Seeds of some unwanted runs, to run them again.
    public var unwantedSeeds: [UInt64]

    public struct Reason: Sendable, Codable {
        public var text: String
        public var count: Int
    }

    private static let shownSeeds = 5

    /// - Precondition: there is at least one run.
    public init(_ scenario: SimulationScenario, _ runs: [SimulationRun]) {
        precondition(!runs.isEmpty, "a report tells of runs")
        self.scenario = scenario.name
        summary = scenario.summary
        wanted = scenario.wanted
        self.runs = runs.count
        promoted = runs.count { $0.end == .promoted }
        rolledBack = runs.count { $0.end == .rolledBack }
        waiting = runs.count { $0.end == .waiting }
        let wanted = scenario.wanted
        let unwantedRuns = runs.filter { run in
            switch wanted {
            case .promoted: run.end != .promoted
            case .rolledBack: run.end != .rolledBack
            case .notRolledBack: run.end == .rolledBack
            }
        }
        unwanted = unwantedRuns.count
        unwantedSeeds = Array(unwantedRuns.map(\.seed).sorted().prefix(Self.shownSeeds))
        let hasFault = scenario.wanted == .rolledBack
        let delays = hasFault ? runs.compactMap(\.delay).sorted() : []
        medianDelay = delays.isEmpty ? nil : delays[delays.count / 2]
        slowestDelay = delays.last
        medianLength = runs.map(\.length).sorted()[runs.count / 2]
        let bad = runs.map(\.badRequests)
        meanBadRequests = bad.reduce(0, +) / Double(runs.count)
        mostBadRequests = bad.max() ?? 0
        let served = runs.reduce(0) { $0 + $1.canaryRequests }
        badShare = served > 0 ? bad.reduce(0, +) / served : 0
        asked = Double(runs.reduce(0) { $0 + $1.asked }) / Double(runs.count)
        because = Dictionary(grouping: runs, by: \.because).map { Reason(text: $0.key, count: $0.value.count) }.sorted {
            ($1.count, $0.text) < ($0.count, $1.text)
        }
    }
}
