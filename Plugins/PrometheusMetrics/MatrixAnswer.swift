/// One series of an answer: its labels, and raw points in the order of time.
struct Series {
    var labels: [String: String]
    var points: [Point]

    struct Point {
        /// Seconds since 1970, as Prometheus writes them.
        var time: Double
        var value: Double
    }
}

/// What Prometheus answers to a range selector.
struct MatrixAnswer {
    var series: [Series]
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
            result = resultType == "matrix" ? try container.decode([Row].self, forKey: .result) : []
        }
    }

    struct Row: Decodable {
        var metric: [String: String]
        var values: [Pair]?
    }

    /// `[1700000000.123, "42"]`
    struct Pair: Decodable {
        var time: Double
        var value: Double

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            let text = try container.decode(String.self)
            // "NaN", "+Inf" and "-Inf" are values too; the readers leave them out.
            value = Double(text) ?? (text == "+Inf" ? .infinity : .nan)
        }
    }
}
