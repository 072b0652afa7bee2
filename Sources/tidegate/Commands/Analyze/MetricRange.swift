import Foundation
import ReleaseModel

/// What Prometheus' `query_range` answers: series with a value at each step that they had one.
struct MetricRange: Sendable {
    static let maximumSeries = 10_000
    static let maximumPoints = 2_000_000

    struct Series: Sendable {
        var labels: [String: String]
        /// Seconds since 1970, rising, and finite values.
        var points: [(time: Double, value: Double)]
    }

    var series: [Series]

    /// Reads the JSON of an answer.
    ///
    /// - Parameter place: for errors: the file and the member, or the query.
    init(_ answer: JSONValue, place: String) throws(ReleaseError) {
        func wrong(_ reason: String, _ advice: String? = nil) -> ReleaseError {
            ReleaseError(.invalidInput, reason, place: place, advice: advice)
        }
        if answer["status"]?.string == "error" {
            throw wrong("Prometheus refused the query: \(String((answer["error"]?.string ?? "no reason given").prefix(300)))")
        }
        guard answer["status"]?.string == "success", let data = answer["data"], let type = data["resultType"]?.string,
            let rows = data["result"]?.array
        else { throw wrong("this is no answer of Prometheus' query API", "save what /api/v1/query_range answers") }
        if let warning = answer["warnings"]?.array?.first?.string {
            throw wrong("the answer is partial: \(warning.prefix(300))", "ask again when every store answers")
        }
        guard type == "matrix" else {
            throw wrong("the answer is a \(type), not a range", "ask /api/v1/query_range, with start, end and step")
        }
        guard rows.count <= Self.maximumSeries else {
            throw ReleaseError(.limitExceeded, "the answer has \(rows.count) series; at most \(Self.maximumSeries) are read", place: place)
        }
        var count = 0
        var found: [Series] = []
        for (index, row) in rows.enumerated() {
            guard let labels = row["metric"]?.object, let values = row["values"]?.array else {
                throw wrong(
                    "series \(index + 1) has no labels or no values", row["histograms"] == nil ? nil : "native histograms are not read here"
                )
            }
            count += values.count
            guard count <= Self.maximumPoints else {
                throw ReleaseError(
                    .limitExceeded, "the answer has more than \(Self.maximumPoints) points", place: place, advice: "take a longer step")
            }
            var points: [(time: Double, value: Double)] = []
            for pair in values {
                guard let both = pair.array, both.count == 2, let time = both[0].number, let text = both[1].string, time >= 0, time <= 1e11
                else {
                    throw wrong("series \(index + 1) has a point that is no pair of a time and a text")
                }
                // NaN and infinities are answers of Prometheus, and say nothing.
                guard let value = Double(text), value.isFinite else { continue }
                if let last = points.last, time <= last.time { throw wrong("the times of series \(index + 1) do not rise") }
                points.append((time, value))
            }
            found.append(Series(labels: labels.compactMapValues(\.string), points: points))
        }
        series = found
    }

    /// Every time at which some series has a point, in order.
    var times: [Double] { Set(series.flatMap { $0.points.map(\.time) }).sorted() }
}
