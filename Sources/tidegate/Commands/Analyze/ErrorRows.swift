import ReleaseModel
import Statistics

/// The polls of a table with requests and errors of both arms; each row is one poll, with what came since the row before.
enum ErrorRows {
    static let columns = ["canary_requests", "canary_errors", "baseline_requests", "baseline_errors"]

    static func polls(_ table: CSVTable) throws(ReleaseError) -> [RatePoll] {
        var places: [Int] = []
        for name in columns { places.append(try table.place(of: name, needed: columns)) }
        var polls: [RatePoll] = []
        for row in table.rows {
            var counts: [Double] = []
            for place in places { counts.append(try table.count(row, place)) }
            for arm in [0, 2] where counts[arm + 1] > counts[arm] {
                throw table.error(
                    row, places[arm + 1], "\(columns[arm + 1]) is larger than \(columns[arm])",
                    "errors are counted among the requests; are the columns in their places?")
            }
            polls.append(
                RatePoll(
                    canaryEvents: counts[1], canaryExposure: counts[0], baselineEvents: counts[3], baselineExposure: counts[2]))
        }
        return polls
    }

    /// The polls of four ranges of counters, from step to step. A step without growth of both arms' requests is left out.
    static func polls(_ answers: JSONValue, place: String) throws(ReleaseError) -> [RatePoll] {
        var ranges: [MetricRange] = []
        for name in columns { ranges.append(try AnalysisInput.range(answers, name, place: place, all: columns)) }
        let steps = Set(ranges.flatMap(\.times)).sorted()
        guard steps.count > 1 else {
            throw ReleaseError(
                .invalidInput, "the ranges have fewer than two steps with points, so there is no poll", place: place,
                advice: "do the queries match series that were scraped in this time?")
        }
        var growth: [[Double?]] = []
        for (name, range) in zip(columns, ranges) {
            growth.append(try CounterGrowth.of(range.series, at: steps, place: "\(place), \(name)"))
        }
        return steps.indices.dropLast().compactMap { step in
            guard let canary = growth[0][step], let baseline = growth[2][step] else { return nil }
            // Scrapes of the two counters may lie on either side of a request; no arm has more errors than requests.
            return RatePoll(
                canaryEvents: min(growth[1][step] ?? 0, canary), canaryExposure: canary,
                baselineEvents: min(growth[3][step] ?? 0, baseline),
                baselineExposure: baseline)
        }
    }
}
