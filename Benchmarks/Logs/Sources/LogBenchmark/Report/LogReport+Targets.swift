extension LogReport {
    /// One thing that is asked of the miner, and whether it holds.
    public struct Target: Sendable {
        public var text: String
        public var holds: Bool
    }

    /// What is asked, as far as it was measured.
    public var targets: [Target] {
        var targets: [Target] = []
        if let mean = mean({ $0.tidegate.accuracy }) {
            targets.append(Target(text: "mean grouping accuracy at least 0.95", holds: mean >= 0.95))
            let behind = systems.filter { $0.tidegate.accuracy < $0.publishedDrain ?? 0 }.map(\.name)
            targets.append(
                Target(
                    text: "no system below what Drain reaches with parameters of its own"
                        + (behind.isEmpty ? "" : " (\(behind.joined(separator: ", ")))"), holds: behind.isEmpty))
        }
        if let own = speed({ $0.tidegate }) {
            targets.append(Target(text: "at least 500,000 lines a second on one core", holds: own >= 500_000))
            if let peer = speed({ $0.drain3 }) {
                targets.append(Target(text: "at least five times Drain3", holds: own >= 5 * peer))
            }
        }
        if let memory {
            targets.append(Target(text: "memory does not grow with the lines", holds: memory.growthKilobytes < 16 << 10))
        }
        if let anomaly {
            targets.append(
                Target(
                    text: "at most 1% of healthy releases ever reach the anomaly's alarm",
                    holds: anomaly.healthy.allSatisfy { $0.share <= 0.01 }))
            let promised = anomaly.bursts.filter { $0.exceptionsPerSecond >= AnomalyReport.promisedFrom }
            targets.append(
                Target(
                    text: "\(Int(AnomalyReport.promisedFrom)) exceptions a second or more reach it within 30 s in at least 95%",
                    holds: promised.allSatisfy { Double($0.byWindow) >= 0.95 * Double($0.runs) }))
        }
        return targets
    }
}
