import Foundation

/// The two-sample Wilcoxon test of R's `wilcox.test(x, y, conf.int = TRUE, exact = FALSE)`, which Kayenta re-implements in
/// kayenta-mannwhitney/.../MannWhitney.scala: normal approximation with ties and continuity correction; the confidence interval and the
/// estimate (Hodges-Lehmann) are the shifts at which the statistic crosses the normal quantiles.
public struct MannWhitney: Sendable {
    /// Sorted values of the experiment (the canary) and of the control.
    private let x: [Double]
    private let y: [Double]

    /// nil unless both sides have values, all of them finite.
    public init?(experiment: [Double], control: [Double]) {
        guard !experiment.isEmpty, !control.isEmpty, (experiment + control).allSatisfy(\.isFinite) else { return nil }
        self.init(sortedExperiment: experiment.sorted(), sortedControl: control.sorted())
    }

    init(sortedExperiment: [Double], sortedControl: [Double]) {
        x = sortedExperiment
        y = sortedControl
    }

    public var leastShift: Double { x[0] - y[y.count - 1] }
    public var greatestShift: Double { x[x.count - 1] - y[0] }

    /// The standardised rank sum of the experiment shifted down by `shift`; nil where all observations are tied.
    public func standardized(shift: Double) -> Double? {
        let (n, m) = (Double(x.count), Double(y.count))
        var (rankSum, ties) = (0.0, 0.0)
        var (i, j, before) = (0, 0, 0)
        while i < x.count || j < y.count {
            let value = min(i < x.count ? x[i] - shift : .infinity, j < y.count ? y[j] : .infinity)
            var (fromX, fromY) = (0, 0)
            while i < x.count, x[i] - shift == value { (i, fromX) = (i + 1, fromX + 1) }
            while j < y.count, y[j] == value { (j, fromY) = (j + 1, fromY + 1) }
            let tied = Double(fromX + fromY)
            rankSum += Double(fromX) * (Double(before) + (tied + 1) / 2)
            ties += tied * tied * tied - tied
            before += fromX + fromY
        }
        let difference = rankSum - n * (n + 1) / 2 - n * m / 2
        let correction = difference > 0 ? 0.5 : difference < 0 ? -0.5 : 0
        let variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
        guard variance > 0 else { return nil }
        return (difference - correction) / variance.squareRoot()
    }

    /// The shift at which the statistic crosses a normal quantile, or an end of the range where it does not.
    public func shift(atQuantile quantile: Double) -> Double? {
        var (low, high) = (leastShift, greatestShift)
        guard let first = standardized(shift: low), let last = standardized(shift: high) else { return nil }
        if first - quantile <= 0 { return low }
        if last - quantile >= 0 { return high }
        for _ in 0..<200 where high - low > 1e-9 {
            let middle = (low + high) / 2
            guard let value = standardized(shift: middle) else { return nil }
            if value == quantile { return middle }
            if value > quantile { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Lower and upper end of the confidence interval of the shift, and its estimate.
    public func interval(quantile: Double) -> (lower: Double, upper: Double, estimate: Double)? {
        guard let lower = shift(atQuantile: quantile), let upper = shift(atQuantile: -quantile), let estimate = shift(atQuantile: 0)
        else { return nil }
        return (lower, upper, estimate)
    }
}
