import Foundation
import Statistics

/// One of several metrics regresses, and is to be named: the default test for each, and closed testing by e-Holm over them.
public enum SeveralMetrics {
    /// Mean canary requests until the metric that regressed is guilty, and the share of releases in which another one was called so.
    public static func simulate(
        metrics: Int, _ traffic: Traffic, alpha: Double, runs: Int, horizon: Int, seed: UInt64
    ) async -> (canaryRequests: Double, missed: Double, wrongly: Double) {
        var healthy = traffic
        healthy.ratio = 1
        let streams = [traffic] + Array(repeating: healthy, count: metrics - 1)
        let kind = JudgeKind("default") { TidegateJudge.standard(alpha: alpha) }
        let outcomes = await ParallelRuns.map(runs, seed: seed) { generator -> (polls: Int, found: Bool, wrongly: Bool) in
            var judges = streams.map { _ in kind.make() }
            for index in streams.indices { judges[index].prepare(streams[index].history(&generator)) }
            for poll in 0..<horizon {
                var values: [Double] = []
                for index in streams.indices { values.append(exp(judges[index].suspicion(streams[index].poll(poll, &generator)))) }
                let adjusted = EHolm.adjusted(values)
                let wrongly = adjusted.dropFirst().contains { $0 >= 1 / alpha }
                if adjusted[0] >= 1 / alpha || wrongly { return (poll + 1, adjusted[0] >= 1 / alpha, wrongly) }
            }
            return (horizon, false, false)
        }
        let count = Double(runs)
        return (
            outcomes.reduce(0) { $0 + Double($1.polls * traffic.canaryRequests) } / count,
            Double(outcomes.filter { !$0.found }.count) / count, Double(outcomes.filter(\.wrongly).count) / count
        )
    }
}
