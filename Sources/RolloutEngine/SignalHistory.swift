import Predicates
public import ReleaseModel
import Statistics

/// What one signal has said for a while, as `rising`, `falling` and `percentile` need it: at most one reading for each 360th part of the
/// time, the newest of the part. Only finite numbers are kept; a window without one leaves a gap.
public struct SignalHistory: Sendable, Hashable, Codable {
    /// Readings that are kept at most.
    public static let maximumReadings = 360
    /// A trend is unknown with fewer readings, or where they cover less than half of the time.
    static let readingsForTrend = 8
    /// A percentile is unknown with fewer.
    static let readingsForPercentile = 10
    /// The quantile of the standard normal distribution at 1%, one-sided.
    static let trendThreshold = 2.326

    public var signal: String
    public var span: TimeSpan
    /// What `offsets` count from.
    public var start: Timestamp
    /// Milliseconds from `start`, rising.
    public var offsets: [Int64]
    /// The readings at those times.
    public var values: [Double]

    init(signal: String, span: TimeSpan, start: Timestamp) {
        self.signal = signal
        self.span = span
        self.start = start
        offsets = []
        values = []
    }

    /// Adds the reading of one evaluation and forgets what is older than `span`.
    mutating func record(_ value: ConditionValue?, at time: Timestamp) {
        let now = (time - start).milliseconds
        let outdated = offsets.prefix { $0 < now - span.milliseconds }.count
        offsets.removeFirst(outdated)
        values.removeFirst(outdated)
        guard case .number(let value)? = value, value.isFinite else { return }
        let part = max(1, span.milliseconds / Int64(Self.maximumReadings))
        if let last = offsets.last, last / part == now / part {
            offsets.removeLast()
            values.removeLast()
        }
        offsets.append(now)
        values.append(value)
        if offsets.count > Self.maximumReadings {
            offsets.removeFirst()
            values.removeFirst()
        }
    }

    /// What a term over this history comes to: true or false for a trend, a number for a percentile, nil while too little is known.
    func figure(_ kind: HistoryTerm.Kind) -> ConditionValue? {
        switch kind {
        case .rising: trend(values).map(ConditionValue.bool)
        case .falling: trend(values.map { -$0 }).map(ConditionValue.bool)
        case .percentile(let share): percentile(share).map(ConditionValue.number)
        }
    }

    /// Whether Mann's and Kendall's test finds an upward trend at 1%, by the normal approximation.
    private func trend(_ values: [Double]) -> Bool? {
        guard values.count >= Self.readingsForTrend, let first = offsets.first, let last = offsets.last,
            (last - first) * 2 >= span.milliseconds
        else { return nil }
        return MannKendall(values).z >= Self.trendThreshold
    }

    /// Linear between the two nearest ranks, as Prometheus's `quantile_over_time` and type 7 of Hyndman and Fan (1996).
    private func percentile(_ share: Double) -> Double? {
        guard values.count >= Self.readingsForPercentile else { return nil }
        let sorted = values.sorted()
        let rank = share / 100 * Double(sorted.count - 1)
        let below = Int(rank.rounded(.down))
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (rank - Double(below))
    }
}
