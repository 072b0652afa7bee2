internal import Foundation

/// Memory of canary instances against that of baseline instances: block minima (the floor after a collection), each canary less the median of the
/// baselines, Theil-Sen slope against a limit, and a Mann-Kendall trend at a level that is spent over the looks, one a block. A block that was not over
/// when the measurements end has no floor yet, and does not count.
public struct MemoryAnalysis: Sendable, Hashable, Encodable {
    /// One measurement: seconds and bytes.
    public struct Measurement: Sendable, Hashable {
        public var time: Double
        public var bytes: Double

        public init(time: Double, bytes: Double) {
            self.time = time
            self.bytes = bytes
        }
    }

    public struct Settings: Sendable, Hashable {
        public var alpha = 0.01
        public var blockSeconds = 600.0
        /// Growth that is tolerated, in MB (a million bytes) an hour.
        public var limitPerHour = 30.0
        /// Blocks without which nothing is concluded.
        public var minimumBlocks = 5

        public init() {}
    }

    /// What was known of an instance after one block.
    public struct Poll: Sendable, Hashable, Encodable {
        public var instance: Int
        /// End of the block, in seconds.
        public var time: Double
        /// The instance's floor less the median of the baselines, in MB.
        public var megabytes: Double
        /// MB an hour; nil for the first block.
        public var slopePerHour: Double?
        /// Chance of such a trend without one.
        public var probability: Double?
        /// What the probability must not exceed at this look; nil before there are blocks enough.
        public var allowed: Double?
        public var isProven: Bool
    }

    public let polls: [Poll]
    public let verdict: AnalysisVerdict
    public let limitPerHour: Double
    /// The last slope of the instance that grows fastest, in MB an hour.
    public let slopePerHour: Double?
    /// The look that proved the growth, the first one; nil where none did.
    public let proof: Poll?

    /// The instance to look at: the one that is proven to grow, or that grows fastest; nil where there is none.
    public var steepest: Int? {
        if let proof { return proof.instance }
        let last = Dictionary(polls.map { ($0.instance, $0) }) { $1 }.values
        return last.max { ($0.slopePerHour ?? -.infinity, $1.instance) < ($1.slopePerHour ?? -.infinity, $0.instance) }?.instance
    }

    /// More blocks than this are not looked at; `TheilSen.maximumPoints` bounds the pairs.
    public static let maximumBlocks = 1000

    /// - Precondition: positive settings.
    public init(canaries: [[Measurement]], baselines: [[Measurement]], _ settings: Settings = Settings()) {
        precondition(settings.blockSeconds > 0 && settings.alpha > 0 && settings.minimumBlocks > 1, "settings are positive")
        let over = Self.blocksOver(canaries + baselines, settings.blockSeconds)
        let references = baselines.map { Self.minima($0, settings.blockSeconds, before: over) }
        var results: [Poll] = []
        var couldProve = false
        var slopes: [Double] = []
        for (instance, measurements) in canaries.enumerated() {
            var (hours, megabytes): ([Double], [Double]) = ([], [])
            let minima = Self.minima(measurements, settings.blockSeconds, before: over)
            for block in minima.keys.sorted().prefix(Self.maximumBlocks) {
                guard let own = minima[block], let other = Order.median(references.compactMap { $0[block] }) else { continue }
                hours.append(Double(block) * settings.blockSeconds / 3600)
                megabytes.append((own - other) / 1e6)
                results.append(
                    Self.look(instance, Double(block + 1) * settings.blockSeconds, hours, megabytes, canaries.count, settings))
            }
            if let allowed = results.last(where: { $0.instance == instance })?.allowed, Self.leastChance(megabytes.count) <= allowed {
                couldProve = true
            }
            if let slope = TheilSen.slope(times: hours, values: megabytes) { slopes.append(slope) }
        }
        polls = results
        limitPerHour = settings.limitPerHour
        slopePerHour = slopes.max()
        proof = results.filter(\.isProven).min { ($0.time, $0.instance) < ($1.time, $1.instance) }
        if proof != nil {
            verdict = .degraded
        } else if results.isEmpty {
            verdict = .noData
        } else {
            verdict = couldProve ? .healthy : .inconclusive
        }
    }

    /// The least chance that the test can give so many values: that of one order of them.
    private static func leastChance(_ count: Int) -> Double { exp(-LogSpace.lnGamma(Double(count) + 1)) }

    /// The first block that was not over when the measurements end; the last one of each holds until the next one would have come.
    private static func blocksOver(_ series: [[Measurement]], _ blockSeconds: Double) -> Int {
        let times = Set(series.joined().map(\.time).filter { $0.isFinite && abs($0) < 1e12 }).sorted()
        guard let last = times.last else { return Int.min }
        let spacing = Order.median(zip(times, times.dropFirst()).map { $1 - $0 }) ?? 0
        return Int(((last + min(spacing, blockSeconds)) / blockSeconds).rounded(.down))
    }

    private static func look(
        _ instance: Int, _ time: Double, _ hours: [Double], _ megabytes: [Double], _ instances: Int, _ settings: Settings
    ) -> Poll {
        let slope = TheilSen.slope(times: hours, values: megabytes)
        let probability = slope == nil ? nil : MannKendall(megabytes).upwardProbability
        var allowed: Double?
        if megabytes.count >= settings.minimumBlocks {
            let look = Double(megabytes.count - settings.minimumBlocks + 1)
            allowed = settings.alpha / Double(instances) / (look * (look + 1))
        }
        let isProven = (slope ?? 0) > settings.limitPerHour && allowed.map { (probability ?? 1) <= $0 } ?? false
        return Poll(
            instance: instance, time: time, megabytes: megabytes[megabytes.count - 1], slopePerHour: slope, probability: probability,
            allowed: allowed, isProven: isProven)
    }

    /// The least value of each block of time that is over.
    private static func minima(_ measurements: [Measurement], _ blockSeconds: Double, before over: Int) -> [Int: Double] {
        var minima: [Int: Double] = [:]
        for one in measurements where one.time.isFinite && abs(one.time) < 1e12 && one.bytes.isFinite {
            let block = Int((one.time / blockSeconds).rounded(.down))
            guard block < over else { continue }
            minima[block] = min(minima[block] ?? .infinity, one.bytes)
        }
        return minima
    }
}
