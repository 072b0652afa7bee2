/// Releases whose canary is the same as the baseline: how suspicious each judge ever became of each of them.
public struct FalseAlarmColumn: Sendable {
    public let name: String
    public let traffic: Traffic
    public let runs: Int
    /// For each judge, each run's highest suspicion, in falling order.
    private let highest: [[Double]]
    private let kinds: [JudgeKind]

    public static func simulate(_ name: String, _ traffic: Traffic, _ kinds: [JudgeKind], runs: Int, looks: Int, seed: UInt64) async -> Self
    {
        let maxima = await ParallelRuns.map(runs, seed: seed) { generator in
            var judges = kinds.map { $0.make() }
            let history = traffic.history(&generator)
            for index in judges.indices { judges[index].prepare(history) }
            var highest = kinds.map { _ in -Double.infinity }
            for look in 0..<looks {
                let counts = traffic.poll(look, &generator)
                for index in judges.indices { highest[index] = max(highest[index], judges[index].suspicion(counts)) }
            }
            return highest
        }
        return Self(
            name: name, traffic: traffic, runs: runs, highest: kinds.indices.map { judge in maxima.map { $0[judge] }.sorted(by: >) },
            kinds: kinds)
    }

    /// Share of the releases that the judge rolls back at a threshold, its published one by default.
    public func rate(_ judge: Int, threshold: Double? = nil) -> Double {
        let threshold = threshold ?? kinds[judge].make().threshold
        return Double(highest[judge].prefix { $0 >= threshold }.count) / Double(runs)
    }

    /// The lowest threshold at which the judge's share of false rollbacks is at most `rate`.
    public func threshold(_ judge: Int, rate: Double) -> Double {
        let allowed = Int((rate * Double(runs)).rounded(.down))
        return allowed < runs ? highest[judge][allowed].nextUp : -.infinity
    }
}
