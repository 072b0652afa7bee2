/// Every figure of one run of the benchmark.
public struct DetectionReport: Codable, Sendable {
    public struct FalseAlarms: Codable, Sendable {
        public var column: String
        public var judge: String
        public var runs: Int
        /// Share of the releases with a canary like the baseline that were rolled back.
        public var rate: Double
    }

    public struct FloorCell: Codable, Sendable {
        public var baseline: Double
        public var canary: Double
        public var judge: String
        /// Canary requests that no test of this alpha can do without, in the mean.
        public var floor: Double
        public var floorPolls: Double
        public var canaryRequests: Double
        public var standardError: Double
        public var ratio: Double
        public var missed: Double
        /// At most 1.5 times the floor where that is five polls or more, within two polls of it elsewhere; nil for judges without a target.
        public var isWithinTarget: Bool?
    }

    public struct LatencyCell: Codable, Sendable {
        public var factor: Double
        public var floor: Double?
        public var canaryRequests: Double
        /// Share of the releases that raised an alarm.
        public var alarms: Double
    }

    /// For which traffic a judge's setting gives the wanted rate of false rollbacks.
    public enum Tuning: String, Codable, Sendable {
        /// For this column, as if its base rate and its bursts had been known.
        case thisTraffic
        /// For all columns: one setting, as somebody must choose it who does not know what will come.
        case allTraffic
    }

    public struct PeerCell: Codable, Sendable {
        public var column: String
        public var baseline: Double
        public var canary: Double
        public var judge: String
        public var tuning: Tuning
        /// The false rollbacks in this column that the setting below gives, measured.
        public var falseAlarms: Double
        public var setting: Double
        public var canaryRequests: Double
        public var badRequests: Double
        public var missed: Double
    }

    public struct OtherCell: Codable, Sendable {
        public var what: String
        public var baseline: Double
        public var canary: Double
        public var floor: Double
        public var canaryRequests: Double
        public var missed: Double
    }

    public var alpha: Double
    public var runs: Int
    public var looks: Int
    public var seed: UInt64
    public var seconds = 0.0
    public var falseAlarms: [FalseAlarms] = []
    public var floors: [FloorCell] = []
    public var latency: [LatencyCell] = []
    public var peers: [PeerCell] = []
    public var others: [OtherCell] = []

    public init(alpha: Double, runs: Int, looks: Int, seed: UInt64) {
        self.alpha = alpha
        self.runs = runs
        self.looks = looks
        self.seed = seed
    }
}
