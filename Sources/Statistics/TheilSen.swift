/// The Theil-Sen estimator: the median of the slopes between all pairs of points.
public enum TheilSen {
    /// Pairs grow with the square of the points.
    public static let maximumPoints = 2000

    /// Slope of `values` over `times`, in units of value per unit of time; nil for fewer than two different times.
    public static func slope(times: [Double], values: [Double]) -> Double? {
        precondition(times.count == values.count && times.count <= maximumPoints, "one time for each value, at most \(maximumPoints)")
        var slopes: [Double] = []
        slopes.reserveCapacity(times.count * max(0, times.count - 1) / 2)
        for later in times.indices {
            for earlier in 0..<later where times[later] != times[earlier] {
                slopes.append((values[later] - values[earlier]) / (times[later] - times[earlier]))
            }
        }
        return Order.median(slopes)
    }

    /// Slope over the running number of each value.
    public static func slope(_ values: [Double]) -> Double? { slope(times: values.indices.map(Double.init), values: values) }
}

/// Order statistics.
public enum Order {
    /// The middle value, or the mean of the two middle ones; nil for none.
    public static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
