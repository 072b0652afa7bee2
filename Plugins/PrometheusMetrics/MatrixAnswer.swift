/// One series of an answer: its labels, and raw points in the order of time.
struct Series {
    var labels: [String: String]
    var points: [Point]
    /// The points of a native histogram; a series has these or the others.
    var histograms: [NativePoint] = []

    struct Point {
        /// Seconds since 1970, as Prometheus writes them.
        var time: Double
        var value: Double
    }

    var name: String { labels["__name__"] ?? "" }
}

extension Series {
    /// Seconds since 1970 that a point can have: later ones than the year 5138 do not fit a time of microseconds for long.
    private static let times = 0.0...1e11

    /// Points with impossible times are left out.
    init(_ row: QueryAnswer.Row) {
        labels = row.metric
        points = (row.values ?? row.value.map { [$0] } ?? []).filter { Self.times.contains($0.time) }.map {
            Point(time: $0.time, value: $0.value)
        }
        .sorted { $0.time < $1.time }
        histograms = (row.histograms ?? []).filter { Self.times.contains($0.time) }.sorted { $0.time < $1.time }
    }

    /// Time of the newest point up to `end`.
    func newest(to end: Double) -> Double? {
        points.last { $0.time <= end }?.time ?? histograms.last { $0.time <= end }?.time
    }

    var oldest: Double? { points.first?.time ?? histograms.first?.time }
}

/// What Prometheus answers to a range selector, by service once it is indexed.
struct MatrixAnswer {
    var series: [Series]
    var skew: ClockSkew?
}

/// The JSON of `/api/v1/query`.
struct QueryAnswer: Decodable {
    var status: String
    var errorType: String?
    var error: String?
    var warnings: [String]?
    var data: Body?

    struct Body: Decodable {
        var resultType: String
        var result: [Row]

        private enum Key: String, CodingKey { case resultType, result }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            resultType = try container.decode(String.self, forKey: .resultType)
            // A scalar's result has another shape; it is refused by its type, not by a decoding error.
            result = ["matrix", "vector"].contains(resultType) ? try container.decode([Row].self, forKey: .result) : []
        }
    }

    struct Row: Decodable {
        var metric: [String: String]
        var values: [Pair]?
        /// In an instant vector.
        var value: Pair?
        var histograms: [NativePoint]?
    }

    /// `[1700000000.123, "42"]`
    struct Pair: Decodable {
        var time: Double
        var value: Double

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            value = Self.number(try container.decode(String.self))
        }

        /// "NaN", "+Inf" and "-Inf" are values too; the readers leave them out.
        static func number(_ text: String) -> Double {
            Double(text) ?? (text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : .nan)
        }
    }
}
