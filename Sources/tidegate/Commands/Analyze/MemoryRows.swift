import ReleaseModel
import Statistics

/// Memory of instances over time: a column `time_seconds`, and columns of bytes whose names begin with `canary` and with `baseline`, one for each instance. A cell
/// may be empty.
enum MemoryRows {
    static let columns = ["time_seconds", "canary", "baseline"]

    static let largestBytes = 1e18
    /// Seconds, of which 10^11 are the year 5138.
    static let largestTime = 1e11

    typealias Series = [MemoryAnalysis.Measurement]

    static func series(_ table: CSVTable) throws(ReleaseError) -> (names: [String], canaries: [Series], baselines: [Series]) {
        let time = try table.place(of: columns[0], needed: columns)
        var (names, canaries, baselines): ([String], [Series], [Series]) = ([], [], [])
        for (place, name) in table.names.enumerated() where place != time {
            switch name {
            case _ where name.hasPrefix("canary"):
                names.append(name)
                canaries.append(try one(table, time, place))
            case _ where name.hasPrefix("baseline"): baselines.append(try one(table, time, place))
            default:
                throw ReleaseError(
                    .invalidInput, "the column '\(name)' belongs to no arm", place: table.heading(place),
                    advice: "names of columns begin with canary or baseline, such as canary_1")
            }
        }
        guard !canaries.isEmpty, !baselines.isEmpty else {
            throw ReleaseError(
                .invalidInput, "there is no column of the \(canaries.isEmpty ? "canary" : "baseline")",
                place: "\(table.file):\(table.headingLine):1", advice: "the columns are \(columns.joined(separator: ", "))")
        }
        return (names, canaries, baselines)
    }

    private static func one(_ table: CSVTable, _ time: Int, _ place: Int) throws(ReleaseError) -> Series {
        var series: Series = []
        var last = -Double.infinity
        for row in table.rows {
            guard let moment = row.cells[time] else {
                throw table.error(row, time, "time_seconds is missing", "each row has a moment; only bytes may be left out")
            }
            guard abs(moment) <= largestTime else {
                throw table.error(row, time, "time_seconds must be at most 10^11", "are these milliseconds? write seconds")
            }
            guard moment > last else { throw table.error(row, time, "time_seconds does not rise", "put the rows in the order of time") }
            last = moment
            guard let bytes = row.cells[place] else { continue }
            guard bytes >= 0, bytes <= largestBytes else {
                throw table.error(
                    row, place, "\(table.names[place]) must be bytes, from 0 to 10^18", "leave it empty where nothing was measured")
            }
            series.append(.init(time: moment, bytes: bytes))
        }
        return series
    }

    static let ranges = ["canary", "baseline"]

    /// The instances of two ranges of gauges, one series each. Names are the series' instances.
    static func series(_ answers: JSONValue, place: String) throws(ReleaseError) -> (
        names: [String], canaries: [Series], baselines: [Series]
    ) {
        let canary = try AnalysisInput.range(answers, ranges[0], place: place, all: ranges)
        let baseline = try AnalysisInput.range(answers, ranges[1], place: place, all: ranges)
        for (name, range) in zip(ranges, [canary, baseline]) where range.series.isEmpty {
            throw ReleaseError(
                .invalidInput, "there is no series of the \(name)", place: "\(place), \(name)", advice: "does the query match a series?")
        }
        func measured(_ series: MetricRange.Series) -> Series {
            series.points.filter { (0...largestBytes).contains($0.value) }.map { .init(time: $0.time, bytes: $0.value) }
        }
        let names = canary.series.enumerated().map { $1.labels["instance"] ?? $1.labels["pod"] ?? "canary \($0 + 1)" }
        return (names, canary.series.map(measured), baseline.series.map(measured))
    }
}
