internal import Foundation

/// How strongly the rate of events jumps from poll to poll, beyond what counting alone does: the coefficient of variation of the rate.
///
/// Two neighbouring polls with events x1, x2 and exposures n1, n2 give x1(x1-1) n2/n1 + x2(x2-1) n1/n2 - 2 x1 x2, of mean
/// 2 n1 n2 p^2 CV^2 for a rate p (the factorial moments have no counting noise in them), and 2 x1 x2, of mean 2 n1 n2 p^2. CV^2 is the
/// ratio of their sums. Neighbours share a slow drift and a step counts once, so that neither is taken for a burst. Without bursts the first
/// sum has mean 0 and variance about the sum of 8 x1 x2, which gives a significance.
public struct BurstCoefficient: Sendable, Hashable, Codable {
    /// From here on errors are called bursty (statistics.md).
    public static let bursty = 0.5
    /// Standard deviations by which the coefficient must be above none at all.
    public static let significant = 2.0

    private var lastEvents = 0.0
    private var lastExposure = 0.0
    private var excess = 0.0
    private var products = 0.0
    /// Pairs of neighbouring polls that were compared.
    public private(set) var pairs = 0

    public init() {}

    /// Takes one poll of one arm; a poll without exposure is passed over.
    public mutating func observe(events: Double, exposure: Double) {
        guard events.isFinite, exposure.isFinite, events >= 0, exposure > 0 else { return }
        defer { (lastEvents, lastExposure) = (events, exposure) }
        guard lastExposure > 0 else { return }
        let ratio = exposure / lastExposure
        excess += lastEvents * max(0, lastEvents - 1) * ratio + events * max(0, events - 1) / ratio - 2 * lastEvents * events
        products += lastEvents * events
        pairs += 1
    }

    /// The coefficient of variation; nil until two neighbouring polls both had events.
    public var value: Double? { products > 0 ? max(0, excess / (2 * products)).squareRoot() : nil }

    /// How many standard deviations the excess lies above 0.
    public var significance: Double { products > 0 ? excess / (8 * products).squareRoot() : 0 }

    public var isBursty: Bool { (value ?? 0) >= Self.bursty && significance >= Self.significant }
}
