import Statistics

/// Kayenta, asked again after every poll with all error rates so far. Its control is a slice of the baseline as large as the canary, as its
/// manual wants it. It is asked from the fifth poll on: with fewer values its interval is the whole range of differences.
public struct KayentaJudge: Judge {
    public static let firstLook = 5

    public let threshold = KayentaClassifier().quantile
    private var control: [Double] = []
    private var experiment: [Double] = []
    /// Looks that cannot exceed this are cut short.
    private var highest = 0.0

    public init() {}

    public mutating func suspicion(_ counts: PollCounts) -> Double {
        Self.insert(counts.sliceErrors / counts.poll.canaryExposure, into: &control)
        Self.insert(counts.poll.canaryEvents / counts.poll.canaryExposure, into: &experiment)
        guard control.count >= Self.firstLook else { return 0 }
        let figure = KayentaClassifier.highestQuantile(
            sortedControl: OutlierFences.kept(control), sortedExperiment: OutlierFences.kept(experiment), tolerance: 0.25, atLeast: highest)
        highest = max(highest, figure)
        return figure
    }

    private static func insert(_ value: Double, into sorted: inout [Double]) {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle + 1 } else { high = middle }
        }
        sorted.insert(value, at: low)
    }
}
