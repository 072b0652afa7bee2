internal import PluginKit
internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

/// The parts of the score, in the order in which they are shown.
enum Part: String, Codable, CaseIterable {
    case latency, errors, gc, memory
}

/// What the policy says about health, read and checked. Times are in seconds, memory in MB (a million bytes).
struct Settings {
    enum Formula: String { case `default`, classic }

    var formula = Formula.default
    var falseRollback = 0.01
    var alternatives = RateRatioTest.standardAlternatives
    var tolerance = 1.0
    var lateShare = 0.1
    /// How the comparison of errors guards against bursts.
    var bursts = BurstPolicy.measured
    var weights: [Part: Double] = [.latency: 40, .errors: 30, .gc: 15, .memory: 15]
    var required: [Part] = [.errors, .latency]
    var windowSeconds = 60.0
    var staleSeconds = 60.0
    var minimumRequests = 20.0
    /// Latencies are compared at edges from here on; nil: at all of them.
    var slowSeconds: Double?
    var quantile = 0.95
    var scaleSeconds = 0.5
    var pauseSeconds = 0.2
    var pauseHalfLifeSeconds = 60.0
    var memoryLimit = 0.5
    var memoryScale = 30.0
    /// Within an hour twelve blocks end, and a leak of 60 MB/h is found in more than 95% of the cases at a tenth of `falseRollback`; with
    /// blocks of ten minutes no series of an hour could be significant at that level.
    var blockSeconds = 300.0
    var minimumBlocks = 10
    /// Objectives, and by which habit their breach is told.
    var levels = ServiceLevels()
    var bakeTolerance = 2.0
    /// Only stable instances that started within so long of the canary's are compared; nil: all of them.
    var freshSeconds: Double?
    var checks: [CheckLimits] = []

    /// Whether probes are expected beside users; they get a share of `falseRollback` of their own, and users the rest.
    var probes = false
    static let probeShare = 0.2

    /// The settings of the judgement on probes.
    var forProbes: Settings {
        var settings = self
        settings.falseRollback = falseRollback * Self.probeShare / (1 - Self.probeShare)
        return settings
    }

    /// Families of signals that may cause a rollback. Each may spend its share of `falseRollback`; together 1, so that the union bound holds.
    enum Family: CaseIterable {
        case errors, latency, gc, memory, score, slo

        var share: Double {
            switch self {
            case .errors, .latency: 0.3
            case .gc, .memory, .score, .slo: 0.1
            }
        }
    }

    func alpha(_ family: Family) -> Double { falseRollback * family.share }

    /// The comparison of errors: A1 less what bursts explain, with A4 beside it. Each of several arms ends at its share of alpha.
    func errorTest(arms: Int) -> BurstAwareTest { test(bursts, .errors, arms) }

    /// The comparison of long pauses: A1 alone.
    func pauseTest(arms: Int) -> BurstAwareTest { test(.absent, .gc, arms) }

    /// The comparison of latencies at each edge: A1x, over the alternatives that the policy names or those of `HistogramTest`.
    var latencyTest: RateRatioTest {
        let isStandard = alternatives == RateRatioTest.standardAlternatives.filter { $0 > tolerance }
        let bets = isStandard ? HistogramTest.standardAlternatives.map { $0 * tolerance } : alternatives
        guard let test = RateRatioTest(tolerance: tolerance, alternatives: bets, method: .noncentralHypergeometric) else {
            preconditionFailure("settings are checked before they are used")
        }
        return test
    }

    /// `read` has checked that alternatives, tolerance and share make a test.
    private func test(_ bursts: BurstPolicy, _ family: Family, _ arms: Int) -> BurstAwareTest {
        let own = ArmFamily<Comparison>.alpha(of: alpha(family), arms: arms)
        guard let rate = RateRatioTest(tolerance: tolerance, alternatives: alternatives),
            let test = BurstAwareTest(rate, lateShare: lateShare, bursts: bursts, alpha: own)
        else { preconditionFailure("settings are checked before they are used") }
        return test
    }
}
