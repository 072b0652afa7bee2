internal import Foundation

/// A native histogram at one time, as the query API writes it:
/// `[1700000000.1, {"count": "9", "sum": "3.5", "buckets": [[0, "0.5", "0.7071", "4"], ...]}]`. A bucket is its rule for the
/// boundaries, its lower and upper boundary, and its own count; empty buckets are not written.
struct NativePoint: Decodable {
    var time: Double
    var count: Double
    var sum: Double
    var buckets: [Bucket]

    struct Bucket: Decodable {
        var lower: Double
        var upper: Double
        var count: Double

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Int.self)
            lower = QueryAnswer.Pair.number(try container.decode(String.self))
            upper = QueryAnswer.Pair.number(try container.decode(String.self))
            count = QueryAnswer.Pair.number(try container.decode(String.self))
        }
    }

    private struct Body: Decodable {
        var count: String
        var sum: String
        var buckets: [Bucket]?
    }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        time = try container.decode(Double.self)
        let body = try container.decode(Body.self)
        count = QueryAnswer.Pair.number(body.count)
        sum = QueryAnswer.Pair.number(body.sum)
        buckets = body.buckets ?? []
    }

    var isSound: Bool { count.isFinite && count >= 0 && buckets.allSatisfy { $0.count.isFinite && $0.count >= 0 } }
}
