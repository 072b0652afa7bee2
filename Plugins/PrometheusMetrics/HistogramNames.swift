/// The series that make up one histogram or summary in Prometheus.
struct HistogramNames {
    enum Role {
        case bucket, sum, count
        /// The name without a suffix: a native histogram, or the quantiles of a summary.
        case whole
    }

    var whole: String?
    var bucket: String?
    var sum: String
    var count: String

    /// `_bucket`, `_sum` and `_count` of one name, as the client libraries write them.
    init(_ base: String) {
        (whole, bucket, sum, count) = (base, base + "_bucket", base + "_sum", base + "_count")
    }

    /// Two counters that have names of their own.
    init(count: String, sum: String) {
        (self.count, self.sum) = (count, sum)
    }

    var all: [String] { [whole, bucket, sum, count].compactMap(\.self) }

    func role(of name: String) -> Role? {
        switch name {
        case bucket: .bucket
        case sum: .sum
        case count: .count
        case whole: .whole
        default: nil
        }
    }
}
