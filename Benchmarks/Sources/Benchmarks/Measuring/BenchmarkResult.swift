import Foundation

/// One table: Tidegate and its peers, the median of each, and what is wanted.
struct BenchmarkResult: CustomStringConvertible, Codable {
    struct Row: Codable {
        let name: String
        let median: Double
        /// The median of Tidegate's sample over this one's, round by round.
        let ratio: Double
        /// The ratio that the project holds itself to; nil for a row that is shown beside.
        let atMost: Double?
    }

    let title: String
    /// What a median is of: `ns of processor time per evaluation`.
    let unit: String
    let rounds: Int
    let rows: [Row]
    /// Peers that could not be measured, and why.
    let notices: [String]

    /// - Parameter series: the samples of each contender, Tidegate's first.
    init(_ title: String, unit: String, series: [(name: String, samples: [Double], atMost: Double?)], notices: [String]) {
        self.title = title
        self.unit = unit
        self.notices = notices
        let own = series.first?.samples ?? []
        rounds = series.first?.samples.count ?? 0
        rows = series.map { one in
            let ratio = Self.median(zip(own, one.samples).map { $0 / $1 })
            return Row(name: one.name, median: Self.median(one.samples), ratio: ratio, atMost: one.atMost)
        }
    }

    static func median(_ samples: [Double]) -> Double {
        samples.isEmpty ? .nan : samples.sorted()[samples.count / 2]
    }

    var description: String {
        let width = rows.map(\.name.count).max() ?? 0
        let lines = rows.map { row in
            let name = row.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let wanted = row.atMost.map { "  at most \(String(format: "%.2f", $0)): \(row.ratio <= $0 ? "yes" : "NO")" } ?? ""
            return "  \(name)  \(String(format: "%9.1f  %6.2f", row.median, row.ratio))\(wanted)"
        }
        let head = "  \("".padding(toLength: width, withPad: " ", startingAt: 0))     median   ratio"
        return
            (["\(title)", "  (\(unit); medians of \(rounds) interleaved rounds; ratio: Tidegate's over the row's)", head] + lines
            + notices.map { "  \($0)" }).joined(separator: "\n") + "\n"
    }

    static func json(_ results: [BenchmarkResult]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(results), as: UTF8.self)
    }
}
