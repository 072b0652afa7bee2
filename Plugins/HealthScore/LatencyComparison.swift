internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The latencies of one canary arm against stable's at every edge that both have: A1x per edge, E the mean over edges (statistics.md,
/// "Latency"). H0: the canary is nowhere slower. Counted, not interpolated, so that the unit of the edges does not matter.
struct LatencyComparison: ArmComparison {
    /// More edges are thinned out: neighbours say nearly the same.
    static let maximumEdges = 16

    private struct Edge: Codable {
        var edge: Double
        var process: EProcess
        var canaryEvents = 0.0
        var stableEvents = 0.0
        var canaryExposure = 0.0
        var stableExposure = 0.0
        var before: RateTotal?
        var references: [BakeReference]?
    }

    private var edges: [Edge] = []
    private(set) var logE = 0.0
    private(set) var peakLogE = 0.0

    init() {}

    var hasEdges: Bool { !edges.isEmpty }

    /// One window in which both arms had histograms.
    mutating func take(_ canary: Histogram, _ stable: Histogram, _ settings: Settings) {
        let test = settings.latencyTest
        if edges.isEmpty {
            // What was seen so far decides only which edges are tested from the next window on, where not all are.
            edges = Self.chosen(from: canary.merged(with: stable), stable, settings).map {
                Edge(edge: $0, process: EProcess(alternatives: test.alternatives.count))
            }
        }
        begin(test)
        for index in edges.indices {
            guard let slow = canary.exceedances(above: edges[index].edge), let other = stable.exceedances(above: edges[index].edge) else {
                continue
            }
            let poll = RatePoll(
                canaryEvents: slow, canaryExposure: canary.count, baselineEvents: other, baselineExposure: stable.count)
            edges[index].process.observe(logFactors: test.logFactors(of: poll), weights: test.weights, lateShare: settings.lateShare)
            edges[index].canaryEvents += slow
            edges[index].canaryExposure += canary.count
            edges[index].stableEvents += other
            edges[index].stableExposure += stable.count
            edges[index].before = edges[index].before ?? RateTotal()
            edges[index].before?.add(events: slow + other, exposure: canary.count + stable.count)
        }
        settle(test, settings)
    }

    /// One window while baking, without a control group: at each edge against the bake tolerance times an upper bound of the share before full weight
    /// or at the same time on previous days, whichever is higher; all bounds together at a hundredth of alpha.
    mutating func take(baking canary: Histogram, season: [SeasonDay], alpha: Double, _ settings: Settings) {
        let test = settings.latencyTest
        begin(test)
        guard !edges.isEmpty, let own = OneSampleTest(alternatives: test.alternatives.map { $0 / settings.tolerance }) else { return }
        let boundAlpha = alpha * ArmFamily<LatencyComparison>.boundShare / Double(edges.count)
        for index in edges.indices where edges[index].stableExposure > 0 {
            guard let slow = canary.exceedances(above: edges[index].edge) else { continue }
            let edge = edges[index].edge
            let references = BakeReference.all(before: edges[index].before ?? RateTotal(), season: season, alpha: boundAlpha) { day in
                day.latency.flatMap { latency in latency.exceedances(above: edge).map { ($0, latency.count) } }
            }
            edges[index].references = references
            guard let most = references.map(\.high).max() else { continue }
            let bound = most * settings.bakeTolerance
            edges[index].canaryEvents += slow
            edges[index].canaryExposure += canary.count
            // A share cannot be above 1: where the bound is, nothing can be proven.
            guard bound < 1 else { continue }
            edges[index].process.observe(
                logFactors: own.logFactors(events: slow, exposure: canary.count, bound: bound), weights: test.weights,
                lateShare: settings.lateShare)
        }
        settle(test, settings)
    }

    /// A policy with other alternatives than before begins anew.
    private mutating func begin(_ test: RateRatioTest) {
        for index in edges.indices where edges[index].process.logWealth.count != test.alternatives.count {
            edges[index].process = EProcess(alternatives: test.alternatives.count)
        }
    }

    private mutating func settle(_ test: RateRatioTest, _ settings: Settings) {
        guard !edges.isEmpty else { return }
        logE = LogSpace.mean(
            edges.map { $0.process.logE(weights: test.weights, lateShare: settings.lateShare) }, weights: edges.map { _ in 1 })
        peakLogE = max(peakLogE, logE)
    }

    /// The edges that both have, from the policy's `latency.slow` on where it names one. Where there are too many, those that neither all nor
    /// none of stable's requests exceed, evenly thinned.
    private static func chosen(from both: Histogram, _ stable: Histogram, _ settings: Settings) -> [Double] {
        var edges = both.edges
        if let slow = settings.slowSeconds {
            let above = edges.filter { $0 >= slow }
            edges = above.isEmpty ? Array(edges.suffix(1)) : above
        }
        guard edges.count > maximumEdges else { return edges }
        let telling = edges.filter { edge in (stable.exceedances(above: edge)).map { $0 > 0 && $0 < stable.count } ?? false }
        if telling.count >= 2 { edges = telling }
        guard edges.count > maximumEdges else { return edges }
        return (0..<maximumEdges).map { edges[$0 * (edges.count - 1) / (maximumEdges - 1)] }
    }

    func evidence(_ moment: Moment, _ settings: Settings) -> [String: JSONValue] {
        let test = settings.latencyTest
        let figures = edges.map { edge -> (logE: Double, json: JSONValue) in
            let logE = edge.process.logE(weights: test.weights, lateShare: settings.lateShare)
            return (
                logE,
                [
                    "seconds": .figure(edge.edge), "logE": .figure(logE),
                    "canary": .figure(quotient(edge.canaryEvents, edge.canaryExposure)),
                    "stable": .figure(quotient(edge.stableEvents, edge.stableExposure)),
                ]
            )
        }
        var evidence: [String: JSONValue] = [
            "method": "A1x at every edge", "edges": .array(figures.map(\.json)), "tolerance": .figure(settings.tolerance),
            "lateOnset": .figure(settings.lateShare), "unit": "requests", "slowSeconds": .figure(settings.slowSeconds),
        ]
        if let worst = figures.indices.max(by: { figures[$0].logE < figures[$1].logE }) {
            let edge = edges[worst]
            let (canary, stable) = (quotient(edge.canaryEvents, edge.canaryExposure), quotient(edge.stableEvents, edge.stableExposure))
            evidence["edgeSeconds"] = .figure(edge.edge)
            evidence["value"] = .figure(canary.flatMap { canary in stable.flatMap { quotient(canary, $0) } })
            evidence["canary"] = [
                "events": .figure(edge.canaryEvents), "exposure": .figure(edge.canaryExposure), "rate": .figure(canary),
            ]
            evidence["stable"] = [
                "events": .figure(edge.stableEvents), "exposure": .figure(edge.stableExposure), "rate": .figure(stable),
            ]
            evidence["polls"] = .figure(Double(edge.process.polls))
            if moment.baking { evidence["comparedWith"] = .array((edge.references ?? []).map(\.evidence)) }
        }
        if moment.baking { evidence["bakeTolerance"] = .figure(settings.bakeTolerance) }
        return evidence
    }
}
