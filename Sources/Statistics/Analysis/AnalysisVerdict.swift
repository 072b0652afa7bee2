/// What an offline analysis concludes.
public enum AnalysisVerdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// The canary is proven worse than the baseline.
    case degraded
    /// Nothing is proven, and there was enough data to find a doubling.
    case healthy
    /// Nothing is proven, and too little was seen to say that nothing is wrong.
    case inconclusive
    /// There was nothing to compare.
    case noData
}
