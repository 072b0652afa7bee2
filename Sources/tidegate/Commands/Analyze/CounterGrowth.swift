import ReleaseModel

/// How much counters grew from step to step: exact differences of each series, added up.
///
/// A step down is a restart, after which the counter began at zero again. A series that appears after the first step of the whole range began at zero. A
/// gap brings the growth of all of it at its end.
enum CounterGrowth {
    /// - Parameters:
    ///   - series: of one sum; all of them counters.
    ///   - steps: the times of the range, rising; the growth up to the first is not known and left out.
    ///   - place: for errors: where a value is negative, or more is counted in a step than can be judged.
    /// - Returns: one figure for each step but the first; nil where no series had a point.
    static func of(_ series: [MetricRange.Series], at steps: [Double], place: String) throws(ReleaseError) -> [Double?] {
        guard let first = steps.first else { return [] }
        var growth = [Double?](repeating: nil, count: max(0, steps.count - 1))
        let places = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1, $0) })
        for one in series {
            var last: Double? = (one.points.first?.time ?? first) > first ? 0 : nil
            for point in one.points {
                guard point.value >= 0 else {
                    throw ReleaseError(
                        .invalidInput, "there is the value \(point.value) at \(point.time), and no counter is negative", place: place,
                        advice: "ask for counters, and not for gauges or differences")
                }
                defer { last = point.value }
                guard let place = places[point.time], place > 0, let before = last else { continue }
                growth[place - 1] = (growth[place - 1] ?? 0) + (point.value >= before ? point.value - before : point.value)
            }
        }
        if let most = growth.lazy.compactMap({ $0 }).max(), most > CSVTable.largestCount {
            throw ReleaseError(
                .limitExceeded, "a step has \(most) events, and at most 10^11 are judged", place: place,
                advice: "ask for counts, and not for bytes or nanoseconds")
        }
        return growth
    }
}
