/// Coded as an object with one member that names the kind: `{"delta":4}`, `{"gauge":1.5}`, `{"histogram":{...}}`.
extension SampleValue {
    private enum Kind: String, CodingKey { case delta, gauge, histogram }

    private struct Histogram: Codable {
        var edges: [Double]
        var cumulative: [Double]
        var count: Double
        var sum: Double
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        if let value = try container.decodeIfPresent(Double.self, forKey: .delta) {
            self = .delta(value)
        } else if let value = try container.decodeIfPresent(Double.self, forKey: .gauge) {
            self = .gauge(value)
        } else {
            let value = try container.decode(Histogram.self, forKey: .histogram)
            guard value.edges.count == value.cumulative.count else {
                throw DecodingError.dataCorruptedError(
                    forKey: .histogram, in: container, debugDescription: "a histogram has one cumulative count for each edge")
            }
            self = .histogram(edges: value.edges, cumulative: value.cumulative, count: value.count, sum: value.sum)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .delta(let value): try container.encode(value, forKey: .delta)
        case .gauge(let value): try container.encode(value, forKey: .gauge)
        case .histogram(let edges, let cumulative, let count, let sum):
            try container.encode(Histogram(edges: edges, cumulative: cumulative, count: count, sum: sum), forKey: .histogram)
        }
    }
}
