import Foundation
import Statistics
import Testing

/// The vectors of the reference: ln E over polls (N, c, M, b), grid {1.25,1.5,2,3,5,10} with equal weights.
@Suite struct RateRatioTests {
    static let grid: [Double] = [1.25, 1.5, 2, 3, 5, 10]
    static let first = RatePoll(canaryEvents: 1, canaryExposure: 100, baselineEvents: 2, baselineExposure: 900)
    static let second = [
        first, RatePoll(canaryEvents: 3, canaryExposure: 120, baselineEvents: 1, baselineExposure: 880),
        RatePoll(canaryEvents: 2, canaryExposure: 80, baselineEvents: 4, baselineExposure: 920),
    ]

    private func logE(_ polls: [RatePoll], tolerance: Double = 1, method: RateRatioTest.Method = .conditionalBinomial) throws -> Double {
        let test = try #require(RateRatioTest(tolerance: tolerance, alternatives: Self.grid, method: method))
        var process = EProcess(alternatives: Self.grid.count)
        for poll in polls { process.observe(logFactors: test.logFactors(of: poll), weights: test.weights) }
        return process.logE(weights: test.weights)
    }

    @Test func a1() throws {
        #expect(try abs(logE([Self.first]) - 0.40272160188535144) < 1e-9)
        #expect(try abs(logE(Self.second) - 4.648608485685411) < 1e-9)
    }

    @Test func a1WithATolerance() throws { #expect(try abs(logE(Self.second, tolerance: 1.2) - 3.8041932282172293) < 1e-9) }

    @Test func a1x() throws {
        #expect(try abs(logE([Self.first], method: .noncentralHypergeometric) - 0.4043505525367954) < 1e-9)
        #expect(try abs(logE(Self.second, method: .noncentralHypergeometric) - 4.67865939997624) < 1e-9)
    }

    @Test func histogramOverAllEdges() throws {
        let test = try #require(RateRatioTest(alternatives: [1.25, 1.5, 2, 3, 5], method: .noncentralHypergeometric))
        let histograms = HistogramTest(test)
        var edges = Array(repeating: EProcess(alternatives: 5), count: 4)
        let polls: [([Double], [Double])] = [
            ([40, 80, 95, 99], [420, 850, 970, 995]), ([30, 70, 90, 97], [415, 845, 965, 992]),
        ]
        for (canary, baseline) in polls {
            let factors = histograms.logFactors(
                canary: CumulativeCounts(cumulative: canary, count: 100), baseline: CumulativeCounts(cumulative: baseline, count: 1000))
            for edge in edges.indices { edges[edge].observe(logFactors: factors[edge], weights: test.weights) }
        }
        let each = edges.map { $0.logE(weights: test.weights) }
        for (value, expected) in zip(each, [0.659385723, 4.521248281, 2.829629268, 1.154801445]) { #expect(abs(value - expected) < 1e-9) }
        #expect(abs(LogSpace.mean(each, weights: [1, 1, 1, 1]) - 3.3498732392192223) < 1e-9)
    }

    @Test func exposureMayBeAnyUnit() throws {
        // Ten times the seconds on both sides is the same comparison.
        let test = try #require(RateRatioTest(alternatives: Self.grid))
        let poll = RatePoll(canaryEvents: 3, canaryExposure: 12.5, baselineEvents: 1, baselineExposure: 237.5)
        let scaled = RatePoll(canaryEvents: 3, canaryExposure: 125, baselineEvents: 1, baselineExposure: 2375)
        for (a, b) in zip(test.logFactors(of: poll), test.logFactors(of: scaled)) { #expect(abs(a - b) < 1e-12) }
    }

    @Test(arguments: [
        RatePoll(canaryEvents: 0, canaryExposure: 0, baselineEvents: 3, baselineExposure: 100),
        RatePoll(canaryEvents: 3, canaryExposure: 100, baselineEvents: 0, baselineExposure: 0),
        RatePoll(canaryEvents: .nan, canaryExposure: 100, baselineEvents: 0, baselineExposure: 100),
        RatePoll(canaryEvents: 1, canaryExposure: .infinity, baselineEvents: 0, baselineExposure: 100),
        RatePoll(canaryEvents: -1, canaryExposure: 100, baselineEvents: 0, baselineExposure: 100),
    ])
    func whatCannotBeComparedChangesNothing(poll: RatePoll) throws {
        for method in [RateRatioTest.Method.conditionalBinomial, .noncentralHypergeometric] {
            let test = try #require(RateRatioTest(method: method))
            #expect(test.logFactors(of: poll).allSatisfy { $0 == 0 })
        }
    }

    @Test func senselessTestsAreRefused() {
        #expect(RateRatioTest(tolerance: 1, alternatives: [1, 2]) == nil)
        #expect(RateRatioTest(tolerance: 2, alternatives: [1.5, 3]) == nil)
        #expect(RateRatioTest(alternatives: []) == nil)
        #expect(RateRatioTest(alternatives: [2, .infinity]) == nil)
        #expect(RateRatioTest(alternatives: [2, 3], weights: [1]) == nil)
    }

    @Test func hugeCountsStayFinite() throws {
        let test = try #require(RateRatioTest(alternatives: [1.25, 30], method: .noncentralHypergeometric))
        let poll = RatePoll(canaryEvents: 90_000, canaryExposure: 100_000, baselineEvents: 100_000, baselineExposure: 900_000)
        #expect(test.logFactors(of: poll).allSatisfy { $0.isFinite })
        var process = EProcess(alternatives: 2)
        for _ in 0..<1000 { process.observe(logFactors: [1e6, -1e6], weights: [1, 1], lateShare: 0.5) }
        #expect(process.peakLogE.isFinite)
        #expect(process.peakLogE > 1e6)
    }
}
