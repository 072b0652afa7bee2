import Foundation
import Statistics

/// The comparison of latencies at every edge of a histogram: A1x, the mean over edges and alternatives.
public struct LatencyExperiment: Sendable {
    public let factor: Double
    /// nil for a factor of 1, where there is nothing to find.
    public let floor: Double?
    public let canaryRequests: Double
    public let missed: Double

    public static func simulate(factor: Double, alpha: Double, runs: Int, horizon: Int, seed: UInt64) async -> LatencyExperiment {
        let alternatives = HistogramTest.standardAlternatives
        guard let rate = RateRatioTest(alternatives: alternatives, method: .noncentralHypergeometric) else {
            preconditionFailure("the standard test is valid")
        }
        let traffic = LatencyTraffic(factor: factor)
        let edges = LatencyTraffic.edges.count
        let polls = await ParallelRuns.map(runs, seed: seed) { generator -> (Int, Bool) in
            let test = HistogramTest(rate)
            var processes = Array(repeating: EProcess(alternatives: alternatives.count), count: edges)
            let equal = Array(repeating: 1.0, count: edges)
            for poll in 1...horizon {
                let (canary, baseline) = traffic.poll(&generator)
                let factors = test.logFactors(canary: canary, baseline: baseline)
                for edge in 0..<edges { processes[edge].observe(logFactors: factors[edge], weights: rate.weights) }
                if LogSpace.mean(processes.map { $0.logE(weights: rate.weights) }, weights: equal) >= log(1 / alpha) {
                    return (poll, false)
                }
            }
            return (horizon, true)
        }
        let total = polls.reduce(0) { $0 + $1.0 }
        return LatencyExperiment(
            factor: factor,
            floor: factor == 1
                ? nil
                : InformationFloor.canaryRequests(
                    canary: traffic.canaryChances, baseline: traffic.baselineChances,
                    share: Double(traffic.canaryRequests) / Double(traffic.canaryRequests + traffic.baselineRequests), alpha: alpha),
            canaryRequests: Double(total * traffic.canaryRequests) / Double(runs),
            missed: Double(polls.filter(\.1).count) / Double(runs))
    }
}
