import Foundation

/// How long a regression lasted until a judge rolled it back, over many releases.
public struct Delay: Sendable {
    /// Canary requests from the onset on until the rollback, in the mean; a release that was missed counts with all of them.
    public let canaryRequests: Double
    /// Standard error of the mean.
    public let standardError: Double
    /// Canary errors from the onset on until the rollback, in the mean.
    public let badRequests: Double
    /// Share of the releases that were not rolled back within the horizon.
    public let missed: Double

    /// Simulates releases until the judge's suspicion reaches the threshold, at most `horizon` polls after the onset. An alarm before the onset
    /// is not looked at.
    public static func simulate(
        _ traffic: Traffic, _ kind: JudgeKind, threshold: Double? = nil, runs: Int, horizon: Int, seed: UInt64
    ) async -> Delay {
        let outcomes = await ParallelRuns.map(runs, seed: seed) { generator in
            var judge = kind.make()
            judge.prepare(traffic.history(&generator))
            let threshold = threshold ?? judge.threshold
            var (requests, bad) = (0.0, 0.0)
            for look in 0..<(traffic.onset + horizon) {
                let counts = traffic.poll(look, &generator)
                let suspicion = judge.suspicion(counts)
                guard look >= traffic.onset else { continue }
                requests += counts.poll.canaryExposure
                bad += counts.poll.canaryEvents
                if suspicion >= threshold { return (requests, bad, false) }
            }
            return (requests, bad, true)
        }
        let count = Double(runs)
        let mean = outcomes.reduce(0) { $0 + $1.0 } / count
        let variance = outcomes.reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) } / max(1, count - 1)
        return Delay(
            canaryRequests: mean, standardError: (variance / count).squareRoot(), badRequests: outcomes.reduce(0) { $0 + $1.1 } / count,
            missed: Double(outcomes.filter(\.2).count) / count)
    }
}
