import Foundation
import Statistics

/// Lognormal latencies in the default buckets of the Prometheus clients: median 60 ms, sigma 0.8; the canary is slower by a factor.
public struct LatencyTraffic: Sendable {
    public static let edges: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    public let canaryRequests = 100
    public let baselineRequests = 900
    public let canaryChances: [Double]
    public let baselineChances: [Double]

    public init(factor: Double) {
        baselineChances = Self.chances(median: 0.06)
        canaryChances = Self.chances(median: 0.06 * factor)
    }

    private static func chances(median: Double) -> [Double] {
        let below = edges.map { erfc(-(log($0 / median) / 0.8) / 2.0.squareRoot()) / 2 } + [1]
        return zip(below, [0] + below).map { $0 - $1 }
    }

    public func poll(_ generator: inout SeededGenerator) -> (canary: CumulativeCounts, baseline: CumulativeCounts) {
        func counts(_ n: Int, _ chances: [Double]) -> CumulativeCounts {
            var sum = 0.0
            let cumulative = generator.multinomial(n, chances).dropLast().map { count in
                sum += count
                return sum
            }
            return CumulativeCounts(cumulative: cumulative, count: Double(n))
        }
        return (counts(canaryRequests, canaryChances), counts(baselineRequests, baselineChances))
    }
}
