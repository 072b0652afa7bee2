public import ReleaseModel

/// What happens to a simulated release: how much traffic there is, and what is wrong with the new revision.
public struct SimulationScenario: Sendable, Codable {
    /// What a careful release manager wants of the policy.
    public enum Wanted: String, Sendable, Codable {
        /// Everybody gets the new revision.
        case promoted
        /// Everybody gets the old one back.
        case rolledBack
        /// Anything but a rollback: there is nothing wrong with the new revision, and perhaps too little to say so.
        case notRolledBack
    }

    public var name: String
    public var summary: String
    public var wanted: Wanted
    /// Times the traffic that the simulation is given.
    public var traffic = 1.0
    public var fault = CanaryFault()
    /// When the fault begins.
    public var onset = Onset.begin
    /// Errors of both arms come in bursts.
    public var errorsComeInBursts = false
    /// What does not work for a while, apart from the new revision.
    public var outages: [Outage] = []

    public enum Onset: String, Sendable, Codable {
        /// With the first request.
        case begin
        /// With the last stage.
        case lastStage
        /// With full weight.
        case full
    }

    /// What is wrong with the new revision.
    public struct CanaryFault: Sendable, Codable {
        /// Share of its requests that fail beside what fails anyway.
        public var errorRate = 0.0
        /// Its latency in multiples of the stable revision's.
        public var latencyFactor = 1.0
        /// Pauses of more than 200 ms, for each instance.
        public var longPausesPerMinute = 0.0
        public var leakMegabytesPerMinute = 0.0
        /// Exceptions in its log, in all.
        public var exceptionsPerSecond = 0.0
    }

    /// `fault` does not work from a share of the release's planned time on, for so long.
    public struct Outage: Sendable, Codable {
        public var what: What
        public var at: Double
        public var length: TimeSpan

        public enum What: String, Sendable, Codable { case metrics, dataPlane }
    }

    public init(_ name: String, _ summary: String, wanted: Wanted) {
        self.name = name
        self.summary = summary
        self.wanted = wanted
    }
}

extension SimulationScenario {
    /// What every policy is tried with.
    public static let all: [SimulationScenario] = [
        make("healthy", "nothing is wrong", .promoted) { _ in },
        make("bursts", "nothing is wrong; errors of both arms come in bursts", .promoted) { $0.errorsComeInBursts = true },
        make("low-traffic", "nothing is wrong; a fiftieth of the traffic", .notRolledBack) { $0.traffic = 0.02 },
        make("outage", "nothing is wrong; the metric store is away for five minutes", .notRolledBack) {
            $0.outages = [.init(what: .metrics, at: 0.3, length: .seconds(300))]
        },
        make("errors", "5% of the canary's requests fail", .rolledBack) { $0.fault.errorRate = 0.05 },
        make("few-errors", "1% of the canary's requests fail", .rolledBack) { $0.fault.errorRate = 0.01 },
        make("late-errors", "5% fail from the last stage on", .rolledBack) {
            $0.fault.errorRate = 0.05
            $0.onset = .lastStage
        },
        make("bake-errors", "5% fail at full weight, when there is nothing to compare with", .rolledBack) {
            $0.fault.errorRate = 0.05
            $0.onset = .full
        },
        make("latency", "the canary takes six times as long", .rolledBack) { $0.fault.latencyFactor = 6 },
        make("gc", "the canary pauses for more than 200 ms six times a minute", .rolledBack) { $0.fault.longPausesPerMinute = 6 },
        make("memory", "the canary leaks 20 MB a minute", .rolledBack) { $0.fault.leakMegabytesPerMinute = 20 },
        make("logs", "the canary logs two exceptions a second, and 2% of its requests fail", .rolledBack) {
            $0.fault.exceptionsPerSecond = 2
            $0.fault.errorRate = 0.02
        },
        make("outage-errors", "5% fail, and the metric store is away for five minutes", .rolledBack) {
            $0.fault.errorRate = 0.05
            $0.outages = [.init(what: .metrics, at: 0, length: .seconds(300))]
        },
        make("stuck-data-plane", "5% fail, and the data plane refuses plans for half a minute", .rolledBack) {
            $0.fault.errorRate = 0.05
            $0.outages = [.init(what: .dataPlane, at: 0.001, length: .seconds(30))]
        },
    ]

    private static func make(
        _ name: String, _ summary: String, _ wanted: Wanted, _ change: (inout SimulationScenario) -> Void
    ) -> SimulationScenario {
        var scenario = SimulationScenario(name, summary, wanted: wanted)
        change(&scenario)
        return scenario
    }
}
