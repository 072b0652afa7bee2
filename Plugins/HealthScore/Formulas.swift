internal import Foundation

/// One part of the score with what it was made of.
struct PartScore {
    var score: Double
    /// The figure behind it: seconds, a ratio, a decayed count, MB/min.
    var value: Double?
    var samples: Double
    var note: String?
}

/// The formulas of the score; all of them fall as things get worse, and lie in 0...100.
enum Formulas {
    /// max(0, 100 (1 - p/scale)).
    static func latency(quantile: Double, scale: Double) -> Double { min(max(100 * (1 - quantile / scale), 0), 100) }

    /// The time at which the latency part is 0: three times stable's quantile, at least the policy's scale; classic: always the scale.
    static func latencyScale(stableQuantile: Double?, _ settings: Settings) -> Double {
        guard settings.formula == .default, let stableQuantile else { return settings.scaleSeconds }
        return max(settings.scaleSeconds, 3 * stableQuantile)
    }

    /// 100/(1 + exp(8 (rate - 1))), the rate in percent.
    static func errors(ratio: Double) -> Double { 100 / (1 + exp(8 * (ratio * 100 - 1))) }

    /// The weighted mean over the parts that there are; nil for none.
    static func total(_ parts: [(score: Double, weight: Double)]) -> Double? {
        let weight = parts.reduce(0) { $0 + $1.weight }
        guard weight > 0 else { return nil }
        return parts.reduce(0) { $0 + $1.score * $1.weight } / weight
    }
}
