internal import ReleaseModel
internal import Statistics

/// How often each arm writes an error that nobody had written before: the canary's novelty against the stable revision's own.
///
/// A template that is first seen in one poll, on one arm alone, is one event of that arm; A1 weighs the events by what both arms did.
/// For a rare template at small expected counts the chance that the canary is first is its share of what was done; where the canary does
/// less than stable, more frequent templates make it smaller still, so polls in which it does more are not bet on.
struct NoveltyRate: Sendable, Hashable, Codable {
    private(set) var canary = 0
    private(set) var stable = 0
    private(set) var canaryExposure = 0.0
    private(set) var stableExposure = 0.0
    private(set) var process: EProcess

    init(alternatives: Int) { process = EProcess(alternatives: alternatives) }

    mutating func observe(
        _ canaryNew: Int, _ stableNew: Int, canaryExposure: Double, stableExposure: Double, settings: LogComparisonSettings
    ) {
        canary += canaryNew
        stable += stableNew
        self.canaryExposure += canaryExposure
        self.stableExposure += stableExposure
        guard canaryNew + stableNew > 0, canaryExposure <= stableExposure else { return }
        let test = settings.ratioTest
        let factors = test.logFactors(
            of: RatePoll(
                canaryEvents: Double(canaryNew), canaryExposure: canaryExposure, baselineEvents: Double(stableNew),
                baselineExposure: stableExposure))
        process.observe(logFactors: factors, weights: test.weights, lateShare: settings.lateOnset)
    }

    /// New templates that stable's own rate lets expect of the canary; nil where nothing is known of stable.
    var expected: Double? { stableExposure > 0 ? Double(stable) * canaryExposure / stableExposure : nil }

    func logE(_ settings: LogComparisonSettings) -> Double {
        process.logE(weights: settings.ratioTest.weights, lateShare: settings.lateOnset)
    }
}
