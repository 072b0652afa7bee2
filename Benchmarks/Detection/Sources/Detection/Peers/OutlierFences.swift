/// Kayenta's IQRDetector(factor = 3, reduceSensitivity = true): values outside of the fences are taken out of the series.
enum OutlierFences {
    static let factor = 3.0

    /// What is left of sorted values.
    static func kept(_ sorted: [Double]) -> [Double] {
        guard let first = sorted.first, let last = sorted.last else { return [] }
        let (p25, p75) = (percentile(sorted, 25), percentile(sorted, 75))
        let lower = min(percentile(sorted, 1), p25 - factor * (p75 - p25))
        let upper = max(percentile(sorted, 99), p75 + factor * (p75 - p25))
        if first >= lower, last <= upper { return sorted }
        return sorted.filter { $0 >= lower && $0 <= upper }
    }

    /// The percentile of Apache Commons Math's StatUtils (position p (n + 1)/100, interpolated), which Kayenta uses.
    static func percentile(_ sorted: [Double], _ p: Double) -> Double {
        let position = p * Double(sorted.count + 1) / 100
        if position < 1 { return sorted[0] }
        if position >= Double(sorted.count) { return sorted[sorted.count - 1] }
        let below = Int(position)
        return sorted[below - 1] + (position - Double(below)) * (sorted[below] - sorted[below - 1])
    }
}
