internal import Foundation

/// Where a native histogram stood, on a fixed grid of edges: 2^(j/4) for j from -40 to 24, which is 1 ms to 64 s in steps of 19%.
///
/// Native histograms write only the buckets that hold something, so that their edges differ from instance to instance. The
/// boundaries of every standard schema n are the powers of 2^(2^-n), and those of a coarser schema are among those of a finer one:
/// the grid (schema 2) is exact for schema 2 and finer, and every second, fourth, ... of its edges for the coarser ones.
struct NativeCursor: Codable {
    static let lowest = -40
    static let highest = 24
    /// Boundaries are compared with this relative tolerance; neighbours in the finest schema (8) differ by 0.27%.
    static let tolerance = 1e-6

    var time: Double
    var count: Double
    var sum: Double
    /// The edges in use are the multiples of this; 0: no edge can be told, because the boundaries are of no standard schema.
    var step: Int
    /// Cumulative counts at the edges from `lowest` up, without the zeros before and the full counts after.
    private var first: Int
    private var cumulative: [Double]

    init(_ point: NativePoint) {
        time = point.time
        count = point.count
        sum = point.sum
        step = Self.step(point.buckets)
        (first, cumulative) = (0, [])
        guard step > 0 else { return }
        let ordered = point.buckets.sorted { $0.upper < $1.upper }
        var values: [Double] = []
        var (index, below) = (0, 0.0)
        for edge in Self.indexes(step) {
            let limit = Self.edge(edge) * (1 + Self.tolerance)
            while index < ordered.count, ordered[index].upper <= limit {
                below += ordered[index].count
                index += 1
            }
            values.append(min(below, count))
        }
        first = values.firstIndex { $0 > 0 } ?? values.count
        let end = values.firstIndex { $0 >= count } ?? values.count
        cumulative = first < end ? Array(values[first..<end]) : []
    }

    /// Coded as `[time, count, sum, step, first, cumulative...]`.
    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        time = try container.decode(Double.self)
        count = try container.decode(Double.self)
        sum = try container.decode(Double.self)
        step = try container.decode(Int.self)
        first = try container.decode(Int.self)
        cumulative = []
        while !container.isAtEnd { cumulative.append(try container.decode(Double.self)) }
        guard [0, 1, 2, 4, 8, 16, 32, 64].contains(step), (0...1000).contains(first), cumulative.count <= Self.highest - Self.lowest + 1
        else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no place of a native histogram")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for value in [time, count, sum.isFinite ? sum : 0] { try container.encode(value) }
        try container.encode(step)
        try container.encode(first)
        for value in cumulative { try container.encode(value) }
    }

    static func edge(_ index: Int) -> Double { exp2(Double(index) / 4) }

    static func indexes(_ step: Int) -> [Int] { Array(lowest...highest).filter { $0 % step == 0 } }

    /// The cumulative count at each edge of `step`, which is this cursor's own or a multiple of it.
    func counts(step wanted: Int) -> [Double] {
        let own = Self.indexes(step)
        let last = first + cumulative.count
        return own.enumerated().filter { $0.element % wanted == 0 }.map { index, _ in
            index < first ? 0 : index < last ? cumulative[index - first] : count
        }
    }

    /// The step of the grid that all buckets fit; a histogram with nothing above its zero bucket fits the finest.
    private static func step(_ buckets: [NativePoint.Bucket]) -> Int {
        guard let one = buckets.first(where: { $0.lower > 0 && $0.upper.isFinite }) else {
            return buckets.allSatisfy { $0.upper.isFinite && $0.upper <= edge(lowest) } ? 1 : 0
        }
        let schema = -log2(log2(one.upper / one.lower))
        let whole = schema.rounded()
        guard schema.isFinite, abs(schema - whole) < 0.01, (-4...8).contains(whole) else { return 0 }
        let position = log2(one.upper) * exp2(whole)
        guard abs(position - position.rounded()) < 0.001 else { return 0 }
        return whole >= 2 ? 1 : 1 << Int(2 - whole)
    }

    /// What came between an earlier cursor and this one; nil for `earlier` is a histogram that began at zero. A histogram that shrank
    /// anywhere began anew.
    func growth(since earlier: NativeCursor?) -> (growth: HistogramGrowth, isReset: Bool) {
        guard let earlier else {
            return (HistogramGrowth(time: time, count: count, sum: sum, step: step, counts: counts(step: max(step, 1))), false)
        }
        let common = step == 0 || earlier.step == 0 ? 0 : max(step, earlier.step)
        let (now, before) = common == 0 ? ([], []) : (counts(step: common), earlier.counts(step: common))
        let rises = count >= earlier.count && zip(now, before).allSatisfy { $0 >= $1 }
        guard rises else { return (growth(since: nil).growth, true) }
        return (
            HistogramGrowth(
                time: time, count: count - earlier.count, sum: sum - earlier.sum, step: common, counts: zip(now, before).map { $0 - $1 }),
            false
        )
    }
}
