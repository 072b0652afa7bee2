import ReleaseModel
import Statistics

/// The polls of a table with cumulative buckets of both arms, `canary_le_0.1` to `canary_le_+inf` and `baseline_le_0.1` to `baseline_le_+inf`; each row
/// is one poll, with what came since the row before.
enum LatencyRows {
    static let columns = ["canary_le_0.1", "...", "canary_le_+inf", "baseline_le_0.1", "...", "baseline_le_+inf"]

    typealias Poll = (canary: CumulativeCounts, baseline: CumulativeCounts)

    static func polls(_ table: CSVTable) throws(ReleaseError) -> (edges: [Double], polls: [Poll]) {
        let canary = try places(table, "canary_le_")
        let baseline = try places(table, "baseline_le_")
        guard canary.edges == baseline.edges else {
            throw ReleaseError(
                .invalidInput, "both arms must have the same edges", place: "\(table.file):\(table.headingLine)",
                advice: "the canary has \(text(canary.edges)), the baseline \(text(baseline.edges))")
        }
        var polls: [Poll] = []
        for row in table.rows { polls.append((try counts(table, row, canary.places), try counts(table, row, baseline.places))) }
        return (canary.edges, polls)
    }

    /// The finite edges of an arm in rising order, and the columns of their counts with that of the total at the end.
    private static func places(_ table: CSVTable, _ prefix: String) throws(ReleaseError) -> (edges: [Double], places: [Int]) {
        var buckets: [(edge: Double, place: Int)] = []
        for (place, name) in table.names.enumerated() where name.hasPrefix(prefix) {
            guard let edge = Double(name.dropFirst(prefix.count)), edge.isFinite || edge == .infinity else {
                throw ReleaseError(
                    .invalidInput, "'\(name)' does not end in an edge", place: "\(table.file):\(table.headingLine)",
                    advice: "name the columns such as \(prefix)0.25, the last one \(prefix)+inf")
            }
            buckets.append((edge, place))
        }
        buckets.sort { $0.edge < $1.edge }
        if let twice = zip(buckets, buckets.dropFirst()).first(where: { $0.edge == $1.edge }) {
            throw ReleaseError(
                .invalidInput, "'\(table.names[twice.0.place])' and '\(table.names[twice.1.place])' are the same edge",
                place: "\(table.file):\(table.headingLine)", advice: "name each edge once")
        }
        guard let last = buckets.last, last.edge == .infinity, buckets.count > 1 else {
            throw ReleaseError(
                .invalidInput, "there are no columns \(prefix)<edge> that end in \(prefix)+inf",
                place: "\(table.file):\(table.headingLine)",
                advice: "the columns are \(columns.joined(separator: ", "))")
        }
        return (buckets.dropLast().map(\.edge), buckets.map(\.place))
    }

    private static func counts(_ table: CSVTable, _ row: CSVTable.Row, _ places: [Int]) throws(ReleaseError) -> CumulativeCounts {
        var counts: [Double] = []
        for place in places {
            let count = try table.count(row, place)
            if let before = counts.last, count < before {
                throw table.error(row, place, "\(table.names[place]) is smaller than the bucket below it; buckets are cumulative")
            }
            counts.append(count)
        }
        return CumulativeCounts(cumulative: Array(counts.dropLast()), count: counts[counts.count - 1])
    }

    private static func text(_ edges: [Double]) -> String { edges.map { "\($0)" }.joined(separator: ", ") }
}
