import Foundation
import Statistics
import Testing

@Suite struct AnalysisTests {
    private static let grid: [Double] = [1.25, 1.5, 2, 3, 5, 10]

    private func settings(tolerance: Double = 1) -> AnalysisSettings {
        AnalysisSettings(alpha: 0.01, tolerance: tolerance, alternatives: Self.grid, lateShare: 0)
    }

    /// The vectors of the reference.
    @Test(arguments: [(AnalysisMethod.a1, 0.40272160188535144, 4.648608485685411), (.a1x, 0.4043505525367954, 4.67865939997624)])
    func errors(method: AnalysisMethod, first: Double, last: Double) throws {
        let analysis = try #require(ErrorAnalysis(RateRatioTests.second, method: method, settings()))
        #expect(analysis.polls.count == 3)
        #expect(abs(analysis.polls[0].logE - first) < 1e-9)
        #expect(abs(analysis.polls[2].logE - last) < 1e-9)
        #expect(analysis.verdict == .degraded)
        #expect(analysis.alarmPoll == 3)
        #expect(analysis.canary.events == 6 && analysis.canary.requests == 300)
        let tolerant = try #require(ErrorAnalysis(RateRatioTests.second, method: .a1, settings(tolerance: 1.2)))
        #expect(abs(tolerant.polls[2].logE - 3.8041932282172293) < 1e-9)
        #expect(tolerant.verdict == .inconclusive)
    }

    @Test func theFourthMethodTakesBurstsForWhatTheyAre() throws {
        let quiet = RatePoll(canaryEvents: 1, canaryExposure: 100, baselineEvents: 9, baselineExposure: 900)
        var polls = Array(repeating: quiet, count: 20)
        polls[10] = RatePoll(canaryEvents: 30, canaryExposure: 100, baselineEvents: 9, baselineExposure: 900)
        #expect(try #require(ErrorAnalysis(polls)).verdict == .degraded)
        #expect(try #require(ErrorAnalysis(polls, method: .a4)).verdict != .degraded)
    }

    @Test func whatNothingIsProvenMeansDependsOnTheData() throws {
        let poll = RatePoll(canaryEvents: 1, canaryExposure: 100, baselineEvents: 9, baselineExposure: 900)
        #expect(try #require(ErrorAnalysis([poll])).verdict == .inconclusive)
        #expect(try #require(ErrorAnalysis(Array(repeating: poll, count: 100))).verdict == .healthy)
        #expect(try #require(ErrorAnalysis([])).verdict == .noData)
        let empty = RatePoll(canaryEvents: 0, canaryExposure: 0, baselineEvents: 9, baselineExposure: 900)
        #expect(try #require(ErrorAnalysis([empty, empty])).verdict == .noData)
        #expect(ErrorAnalysis([poll], method: .a4, AnalysisSettings(alpha: 0, tolerance: 1, alternatives: nil, lateShare: 0)) == nil)
        #expect(ErrorAnalysis([poll], AnalysisSettings(alpha: 0.1, tolerance: 2, alternatives: [1.5], lateShare: 0)) == nil)
    }

    /// A4 gains a bounded amount a poll: three polls prove nothing, however many requests they have, and so they do not make anything healthy.
    @Test(arguments: [1e4, 1e7, 1e10])
    func theFourthMethodNeedsPollsToFindADoubling(requests: Double) throws {
        func polls(_ count: Int, ratio: Double) -> [RatePoll] {
            let one = RatePoll(
                canaryEvents: ratio * requests / 10, canaryExposure: requests, baselineEvents: requests / 10, baselineExposure: requests)
            return Array(repeating: one, count: count)
        }
        #expect(try #require(ErrorAnalysis(polls(3, ratio: 2), method: .a4)).verdict == .inconclusive)
        #expect(try #require(ErrorAnalysis(polls(60, ratio: 2), method: .a4)).verdict == .degraded)
        #expect(try #require(ErrorAnalysis(polls(60, ratio: 1), method: .a4)).verdict == .healthy)
        // What is said to be enough is enough.
        for count in 1...60 where try #require(ErrorAnalysis(polls(count, ratio: 1), method: .a4)).verdict == .healthy {
            #expect(try #require(ErrorAnalysis(polls(count, ratio: 2), method: .a4)).verdict == .degraded, "\(count) polls")
        }
    }

    /// Polls with few errors: many are empty, and a doubling is found in most runs of as many polls as are said to be enough.
    @Test func whatTheFourthMethodSaysIsEnoughIsEnough() throws {
        var generator = SeededGenerator(seed: 11)
        func events(_ mean: Double) -> Double {
            var (count, product) = (0.0, generator.unit())
            while product > exp(-mean) {
                count += 1
                product *= generator.unit()
            }
            return count
        }
        func poll(_ ratio: Double) -> RatePoll {
            RatePoll(canaryEvents: events(2 * ratio), canaryExposure: 1000, baselineEvents: events(2), baselineExposure: 1000)
        }
        let quiet = RatePoll(canaryEvents: 2, canaryExposure: 1000, baselineEvents: 2, baselineExposure: 1000)
        func verdict(_ polls: [RatePoll]) -> AnalysisVerdict? { ErrorAnalysis(polls, method: .a4)?.verdict }
        let enough = try #require((1...400).first { verdict(Array(repeating: quiet, count: $0)) == .healthy })
        #expect((50...200).contains(enough), "\(enough) polls")
        let found = (0..<100).filter { _ in verdict((0..<enough).map { _ in poll(2) }) == .degraded }
        #expect(found.count >= 75, "\(found.count) of 100")
    }

    @Test func latency() throws {
        let polls = [
            (CumulativeCounts(cumulative: [40, 80, 95, 99], count: 100), CumulativeCounts(cumulative: [420, 850, 970, 995], count: 1000)),
            (CumulativeCounts(cumulative: [30, 70, 90, 97], count: 100), CumulativeCounts(cumulative: [415, 845, 965, 992], count: 1000)),
        ].map { (canary: $0.0, baseline: $0.1) }
        let bets = AnalysisSettings(alpha: 0.01, tolerance: 1, alternatives: [1.25, 1.5, 2, 3, 5], lateShare: 0)
        let analysis = try #require(LatencyAnalysis(edges: [0.1, 0.25, 0.5, 1], polls, bets))
        #expect(abs(analysis.polls[1].logE - 3.3498732392192223) < 1e-9)
        for (edge, expected) in zip(analysis.edges, [0.659385723, 4.521248281, 2.829629268, 1.154801445]) {
            #expect(abs(edge.logE - expected) < 1e-9)
        }
        #expect(analysis.edges[0].canary == 0.65)
        #expect(analysis.quantiles.map(\.p) == [0.5, 0.95, 0.99])
        #expect(analysis.quantiles.allSatisfy { $0.canaryLow <= $0.canary ?? -1 && $0.canary ?? .infinity <= $0.canaryHigh ?? .infinity })
        #expect(analysis.verdict == .inconclusive)
        #expect(LatencyAnalysis(edges: [0.1], polls, bets) == nil)
        #expect(LatencyAnalysis(edges: [0.1, 0.25, 0.5, 1], polls, method: .a4, bets) == nil)
        #expect(try #require(LatencyAnalysis(edges: [1], [], bets)).verdict == .noData)
    }

    /// A saw-tooth heap: 40 MB between collections, every 97 s, with a floor that grows.
    private func heap(_ perHour: Double, seed: UInt64, seconds: Double = 7200) -> [MemoryAnalysis.Measurement] {
        var generator = SeededGenerator(seed: seed)
        return stride(from: 0.0, to: seconds, by: 10).map { time in
            let sawTooth = 40e6 * (time.truncatingRemainder(dividingBy: 97) / 97)
            return .init(time: time, bytes: 200e6 + perHour * 1e6 * time / 3600 + sawTooth + 3e6 * generator.unit())
        }
    }

    @Test func memory() {
        let stable = (1...3).map { heap(0, seed: UInt64($0)) }
        let leak = MemoryAnalysis(canaries: [heap(60, seed: 9)], baselines: stable)
        #expect(leak.verdict == .degraded)
        #expect(abs((leak.slopePerHour ?? 0) - 60) < 6)
        #expect(leak.polls.last?.isProven == true)
        #expect(leak.polls.prefix(4).allSatisfy { $0.allowed == nil && !$0.isProven })
        let healthy = MemoryAnalysis(canaries: [heap(0, seed: 9)], baselines: stable)
        #expect(healthy.verdict == .healthy)
        // Growth that all share is the traffic's and not the canary's.
        let common = MemoryAnalysis(canaries: [heap(60, seed: 9)], baselines: (1...3).map { heap(60, seed: UInt64($0)) })
        #expect(common.verdict == .healthy)
        #expect(MemoryAnalysis(canaries: [heap(60, seed: 9, seconds: 1200)], baselines: stable).verdict == .inconclusive)
        #expect(MemoryAnalysis(canaries: [], baselines: stable).verdict == .noData)
        #expect(MemoryAnalysis(canaries: [heap(60, seed: 9)], baselines: []).verdict == .noData)
    }

    /// A block that has only begun has no floor: its first value lies anywhere between two collections.
    @Test func aBlockThatIsNotOverDoesNotCount() {
        let stable = (1...3).map { heap(0, seed: UInt64($0)) }
        let whole = MemoryAnalysis(canaries: [heap(0, seed: 9)], baselines: stable)
        #expect(whole.polls.count == 12)
        let more: [MemoryAnalysis.Measurement] = [.init(time: 7200, bytes: 900e6), .init(time: 7210, bytes: 900e6)]
        let begun = MemoryAnalysis(canaries: [heap(0, seed: 9) + more], baselines: stable)
        #expect(begun == whole)
    }

    /// Where the test could not have proven anything yet, nothing is healthy: five values come in 120 orders, and 0.005 is asked for.
    @Test func tooFewBlocksAreInconclusive() {
        func analysis(blocks: Int, canaries: Int = 1) -> MemoryAnalysis {
            let seconds = Double(blocks) * 600
            return MemoryAnalysis(
                canaries: (0..<canaries).map { heap(0, seed: UInt64(20 + $0), seconds: seconds) },
                baselines: [heap(0, seed: 1, seconds: seconds)])
        }
        #expect(analysis(blocks: 5).verdict == .inconclusive)
        #expect(analysis(blocks: 6).verdict == .healthy)
        #expect(analysis(blocks: 6, canaries: 20).verdict == .inconclusive)
        #expect(analysis(blocks: 8, canaries: 20).verdict == .healthy)
    }

    /// What was proven stays proven, and is told with the slope of that time, not with that after the restart.
    @Test func aProofIsToldAsOfItsTime() throws {
        let leak = heap(60, seed: 9, seconds: 5400) + heap(0, seed: 10, seconds: 5400).map { .init(time: $0.time + 5400, bytes: $0.bytes) }
        let stable = (1...3).map { heap(0, seed: UInt64($0), seconds: 10800) }
        let analysis = MemoryAnalysis(canaries: [heap(0, seed: 8, seconds: 10800), leak], baselines: stable)
        let proof = try #require(analysis.proof)
        #expect(analysis.verdict == .degraded)
        #expect(proof.instance == 1 && analysis.steepest == 1)
        #expect(abs((proof.slopePerHour ?? 0) - 60) < 10 && proof.time <= 5400)
        #expect((analysis.slopePerHour ?? 0) < analysis.limitPerHour)
    }

    @Test(arguments: [[], [1.5], [0, 0, 0], Array(stride(from: -3.0, to: 9, by: 0.001))])
    func figures(values: [Double]) throws {
        let figure = LineFigure(
            title: "a <b> & c", horizontal: "poll", vertical: "ln E", values: values + [.nan], threshold: 4.6, thresholdLabel: "1/alpha")
        #expect(figure.svg.hasPrefix("<svg ") && figure.svg.hasSuffix("</svg>\n"))
        #expect(figure.svg.contains("a &lt;b&gt; &amp; c"))
        #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
        #expect(figure.svg.utf8.count < 60_000)
        let document = XMLCheck(figure.svg)
        #expect(document.isWellFormed)
    }
}
