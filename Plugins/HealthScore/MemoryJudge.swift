internal import ReleaseModel
internal import Statistics

/// Growth of the memory that survives collections.
///
/// Verdict, for each canary instance: block minima less the median of stable's in the same block; Theil-Sen slope above the limit, and a
/// Mann-Kendall trend that is significant at the family's alpha, spent over the looks (one a block, the k-th gets 1/(k(k+1))) and split
/// over the canary's instances. Score: the slope of the instance's own floor.
struct MemoryJudge: Codable {
    /// More instances of one arm are not followed.
    static let maximumInstances = 48
    /// Block minima that a slope for the score needs.
    static let minimumBlocksForScore = 3
    /// An instance that gave no floor for so many blocks is forgotten.
    static let forgottenAfterBlocks = 4.0

    private struct Proof: Codable {
        var instance: String
        var slope: Double
        var limit: Double
        var probability: Double
        var allowed: Double
        var blocks: Int
        var time: Double
    }

    private var canary: [MemorySeries] = []
    private var stable: [MemorySeries] = []
    /// Stable's median by block, kept while stable's instances come and go.
    private var baseline: [MemorySeries.Minimum] = []
    private var proof: Proof?
    private(set) var freshness = Freshness()

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        for side in Side.allCases {
            var list = side == .canary ? canary : stable
            for instance in window[side] where instance.isWarm { note(instance, &list, side, window.end, settings) }
            let oldest = window.end - max(Self.forgottenAfterBlocks * settings.blockSeconds, 600)
            list.removeAll { $0.seen < oldest }
            list.sort { $0.name < $1.name }
            if side == .canary { canary = list } else { stable = list }
        }
        updateBaseline(window.end, settings)
        if proof == nil { proof = findProof(window, settings) }
    }

    private mutating func note(
        _ instance: InstanceFigures, _ list: inout [MemorySeries], _ side: Side, _ now: Double, _ settings: Settings
    ) {
        let known = list.firstIndex { $0.name == instance.name }
        if let known, instance.restarted { list[known].restart() }
        guard let floor = instance.floor, known != nil || list.count < Self.maximumInstances else { return }
        freshness[side] = now
        var series = known.map { list[$0] } ?? MemorySeries(name: instance.name, now: now)
        series.note(bytes: floor.bytes, time: floor.time, now: now, blockSeconds: settings.blockSeconds)
        if let known { list[known] = series } else { list.append(series) }
    }

    private mutating func updateBaseline(_ now: Double, _ settings: Settings) {
        let closed = stable.map { $0.closed(at: now, blockSeconds: settings.blockSeconds) }
        for block in Set(closed.joined().map(\.block)).sorted() where block > (baseline.last?.block ?? Int.min) {
            let values = closed.compactMap { blocks in blocks.first { $0.block == block }?.megabytes }
            if let median = Order.median(values) { baseline.append(MemorySeries.Minimum(block: block, megabytes: median)) }
        }
        if baseline.count > MemorySeries.maximumBlocks { baseline.removeFirst(baseline.count - MemorySeries.maximumBlocks) }
    }

    /// Canary less stable, block by block. While baking, blocks that stable does not have any more take its last median.
    private func differences(_ series: MemorySeries, _ now: Double, baking: Bool, _ settings: Settings) -> (
        minutes: [Double], megabytes: [Double]
    ) {
        var (minutes, megabytes): ([Double], [Double]) = ([], [])
        for minimum in series.closed(at: now, blockSeconds: settings.blockSeconds) {
            var reference = baseline.first { $0.block == minimum.block }?.megabytes
            if reference == nil, baking, let last = baseline.last, last.block < minimum.block { reference = last.megabytes }
            guard let reference else { continue }
            minutes.append(Double(minimum.block) * settings.blockSeconds / 60)
            megabytes.append(minimum.megabytes - reference)
        }
        return (minutes, megabytes)
    }

    private func findProof(_ window: PollWindow, _ settings: Settings) -> Proof? {
        let alpha = settings.alpha(.memory) / Double(max(1, canary.count))
        for series in canary {
            let (minutes, megabytes) = differences(series, window.end, baking: window.baking, settings)
            guard minutes.count >= settings.minimumBlocks, let slope = TheilSen.slope(times: minutes, values: megabytes) else { continue }
            let look = Double(minutes.count - settings.minimumBlocks + 1)
            let allowed = alpha / (look * (look + 1))
            let probability = MannKendall(megabytes).upwardProbability
            guard slope > settings.memoryLimit, probability <= allowed else { continue }
            return Proof(
                instance: series.name, slope: slope, limit: settings.memoryLimit, probability: probability, allowed: allowed,
                blocks: minutes.count, time: window.end)
        }
        return nil
    }

    var isGuilty: Bool { proof != nil }

    /// clamp(100 - 100 * slope / scale), the mean over the arm's instances, each with the slope of its own floor.
    func partScore(_ side: Side, _ moment: Moment, _ settings: Settings) -> PartScore? {
        guard moment.isFresh(freshness[side]) else { return nil }
        let slopes = (side == .canary ? canary : stable).filter { moment.isFresh($0.seen) }.compactMap { series -> Double? in
            let closed = series.closed(at: moment.end, blockSeconds: settings.blockSeconds)
            guard closed.count >= Self.minimumBlocksForScore else { return nil }
            return TheilSen.slope(times: closed.map { Double($0.block) * settings.blockSeconds / 60 }, values: closed.map(\.megabytes))
        }
        guard !slopes.isEmpty else { return nil }
        let scores = slopes.map { min(max(100 - 100 * $0 / settings.memoryScale, 0), 100) }
        return PartScore(
            score: scores.reduce(0, +) / Double(scores.count), value: slopes.max(), samples: Double(slopes.count),
            note: "value: growth of the worst instance's floor in MB/min")
    }

    func signal(_ moment: Moment, _ settings: Settings) -> Signal {
        let instances = canary.prefix(Self.maximumInstances).map { series -> JSONValue in
            let (minutes, megabytes) = differences(series, moment.end, baking: moment.baking, settings)
            let trend = MannKendall(megabytes)
            return [
                "instance": .string(series.name), "blocks": .figure(Double(minutes.count)),
                "slope": .figure(TheilSen.slope(times: minutes, values: megabytes)), "z": .figure(trend.z),
                "probability": .figure(trend.upwardProbability),
            ]
        }
        var evidence: [String: JSONValue] = [
            "unit": "MB/min", "threshold": .figure(settings.memoryLimit), "alpha": .figure(settings.alpha(.memory)),
            "blockSeconds": .figure(settings.blockSeconds), "blocksNeeded": .figure(Double(settings.minimumBlocks)),
            "stableInstances": .figure(Double(stable.count)), "instances": .array(Array(instances)),
            "value": .figure(instances.compactMap { $0["slope"]?.number }.max()),
        ]
        if let proof {
            evidence["proof"] = [
                "instance": .string(proof.instance), "slope": .figure(proof.slope), "limit": .figure(proof.limit),
                "probability": .figure(proof.probability), "allowed": .figure(proof.allowed), "blocks": .figure(Double(proof.blocks)),
                "time": .string(Timestamp(seconds: proof.time).description),
            ]
            return Signal(name: "memory.guilty", reading: .bool(true), evidence: .object(evidence))
        }
        let reading = moment.obstacle(freshness, of: "memory floors past the warm-up", comparing: true) ?? .bool(false)
        return Signal(name: "memory.guilty", reading: reading, evidence: .object(evidence))
    }
}
