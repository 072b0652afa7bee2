import Foundation

/// Kayenta's NetflixACAJudge for one metric (NetflixACAJudge.scala and MannWhitneyClassifier.scala): outliers beyond three interquartile
/// ranges and beyond the first and last percentile are left out, then the Mann-Whitney interval at confidence 0.98 is held against a
/// quarter of the estimated shift.
public struct KayentaClassifier: Sendable {
    public enum Label: String, Sendable { case pass = "Pass", high = "High", low = "Low", noData = "Nodata", error = "Error" }
    public enum Direction: Sendable { case increase, decrease, either }

    /// The share of the estimated shift by which the interval must stay away from zero.
    public var tolerance = 0.25
    /// The normal quantile of (1 + confidence)/2: 2.326 for 0.98.
    public var quantile = 2.3263478740408408

    public init(tolerance: Double = 0.25, quantile: Double = 2.3263478740408408) {
        self.tolerance = tolerance
        self.quantile = quantile
    }

    public func classify(control: [Double], experiment: [Double], direction: Direction) -> Label {
        guard !control.isEmpty, !experiment.isEmpty else { return .noData }
        let (x, y) = (experiment.sorted(), control.sorted())
        if x == y || (x.first == x.last && y.first == y.last && x.first == y.first) { return .pass }
        guard let interval = MannWhitney(sortedExperiment: x, sortedControl: y).interval(quantile: quantile) else { return .error }
        let bound = tolerance * abs(interval.estimate)
        if direction != .decrease, interval.lower > bound { return .high }
        if direction != .increase, interval.upper < -bound { return .low }
        return .pass
    }

    /// The normal quantile up to which the metric would be classified as High: the standardised statistic at the tolerated shift.
    ///
    /// Where `atLeast` is not reached even without tolerance, that smaller figure is returned and the estimate is not computed.
    static func highestQuantile(sortedControl y: [Double], sortedExperiment x: [Double], tolerance: Double, atLeast: Double) -> Double {
        guard let first = x.first, let last = x.last, y.first != first || y.last != last || x != y else { return 0 }
        guard first != last || y.first != first || y.last != first else { return 0 }
        let test = MannWhitney(sortedExperiment: x, sortedControl: y)
        guard let plain = test.standardized(shift: 0), plain > atLeast else { return test.standardized(shift: 0) ?? 0 }
        guard let estimate = test.shift(atQuantile: 0) else { return 0 }
        return test.standardized(shift: tolerance * abs(estimate)) ?? 0
    }
}
