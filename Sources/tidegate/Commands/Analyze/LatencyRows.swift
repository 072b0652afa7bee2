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
                .invalidInput, "both arms must have the same edges", place: "\(table.file):\(table.headingLine):1",
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
                    .invalidInput, "'\(name)' does not end in an edge", place: table.heading(place),
                    advice: "name the columns such as \(prefix)0.25, the last one \(prefix)+inf")
            }
            buckets.append((edge, place))
        }
        buckets.sort { $0.edge < $1.edge }
        if let twice = zip(buckets, buckets.dropFirst()).first(where: { $0.edge == $1.edge }) {
            throw ReleaseError(
                .invalidInput, "'\(table.names[twice.0.place])' and '\(table.names[twice.1.place])' are the same edge",
                place: table.heading(twice.1.place), advice: "name each edge once")
        }
        guard let last = buckets.last, last.edge == .infinity, buckets.count > 1 else {
            throw ReleaseError(
                .invalidInput, "there are no columns \(prefix)<edge> that end in \(prefix)+inf",
                place: "\(table.file):\(table.headingLine):1",
                advice: "the columns are \(columns.joined(separator: ", "))")
        }
        return (buckets.dropLast().map(\.edge), buckets.map(\.place))
    }

    private static func counts(_ table: CSVTable, _ row: CSVTable.Row, _ places: [Int]) throws(ReleaseError) -> CumulativeCounts {
        var counts: [Double] = []
        for place in places {
            let count = try table.count(row, place)
            if let before = counts.last, count < before {
                throw table.error(
                    row, place, "\(table.names[place]) is smaller than the bucket below it",
                    "buckets are cumulative: each has all requests up to its edge")
            }
            counts.append(count)
        }
        return CumulativeCounts(cumulative: Array(counts.dropLast()), count: counts[counts.count - 1])
    }

    private static func text(_ edges: [Double]) -> String { edges.map { "\($0)" }.joined(separator: ", ") }

    static let ranges = ["canary", "baseline"]

    /// The polls of two ranges of buckets, series with the label `le`, from step to step. Edges that only one arm has are left out, and so is a step without
    /// requests of both.
    static func polls(_ answers: JSONValue, place: String) throws(ReleaseError) -> (edges: [Double], polls: [Poll]) {
        var arms: [[Double: [MetricRange.Series]]] = []
        var times: Set<Double> = []
        for name in ranges {
            let range = try AnalysisInput.range(answers, name, place: place, all: ranges)
            var buckets: [Double: [MetricRange.Series]] = [:]
            for series in range.series {
                guard let text = series.labels["le"], let edge = text == "+Inf" ? .infinity : Double(text), edge > -.infinity, !edge.isNaN
                else {
                    throw ReleaseError(
                        .invalidInput, "a series has no label 'le' that is an edge", place: "\(place), \(name)",
                        advice: "ask for the buckets of a classic histogram, such as http_server_requests_seconds_bucket{...}")
                }
                buckets[edge, default: []].append(series)
            }
            guard buckets[.infinity] != nil else {
                throw ReleaseError(
                    .invalidInput, "there is no bucket le=\"+Inf\"", place: "\(place), \(name)", advice: "do not filter by le")
            }
            arms.append(buckets)
            times.formUnion(range.times)
        }
        let edges = arms[0].keys.filter { $0.isFinite && arms[1][$0] != nil }.sorted()
        let steps = times.sorted()
        guard !edges.isEmpty, steps.count > 1 else {
            throw ReleaseError(
                .invalidInput, edges.isEmpty ? "the arms have no edge in common" : "there are fewer than two steps with points",
                place: place)
        }
        var growth: [[[Double?]]] = []
        for (name, arm) in zip(ranges, arms) {
            var ofArm: [[Double?]] = []
            for edge in edges + [.infinity] { ofArm.append(try CounterGrowth.of(arm[edge] ?? [], at: steps, place: "\(place), \(name)")) }
            growth.append(ofArm)
        }
        let polls = steps.indices.dropLast().compactMap { step -> Poll? in
            guard let canary = counts(growth[0].map { $0[step] }), let baseline = counts(growth[1].map { $0[step] }) else { return nil }
            return (canary, baseline)
        }
        return (edges, polls)
    }

    /// Cumulative counts of one step; a bucket that was scraped a moment before the next one may not exceed it.
    private static func counts(_ growth: [Double?]) -> CumulativeCounts? {
        guard let last = growth.last, let total = last else { return nil }
        var cumulative: [Double] = []
        for count in growth.dropLast() { cumulative.append(min(max(count ?? 0, cumulative.last ?? 0), total)) }
        return CumulativeCounts(cumulative: cumulative, count: total)
    }
}
