internal import Predicates

/// The classes of numbers that a tree tells apart: for each quantity, numbers of which every two between the same thresholds make every
/// comparison come out alike.
///
/// Quantities that are compared with each other share their thresholds, and have as many numbers in every gap as there are such
/// quantities: every order that they can have among each other is then among them.
struct QuantityPartition {
    private var thresholds: [Quantity: Set<Double>] = [:]
    private var comparisons: [Quantity: [(operation: ComparisonOperator, limit: Double)]] = [:]
    private var links: [(Quantity, Quantity)] = []

    mutating func add(_ shape: ComparisonShape) {
        switch shape {
        case .threshold(let quantity, let operation, let limit):
            thresholds[quantity, default: []].insert(limit)
            comparisons[quantity, default: []].append((operation, limit))
        case .order(let first, _, let second): links.append((first, second))
        case .opaque, .text, .constant: break
        }
    }

    /// Representatives of every class of `quantity` within its range, rising.
    func numbers(of quantity: Quantity, schema: SignalSchema) -> [Double] {
        let group = linked(to: quantity)
        let range = Self.range(of: quantity, schema)
        guard group.count > 1 else {
            let points = Self.points(thresholds[quantity]?.sorted() ?? [], range, perGap: 1)
            return merged(points, quantity)
        }
        var limits: Set<Double> = []
        for member in group {
            limits.formUnion(thresholds[member] ?? [])
            let range = Self.range(of: member, schema)
            limits.formUnion([range.minimum, range.maximum].compactMap(\.self))
        }
        return Self.points(limits.sorted(), (nil, nil), perGap: group.count).filter { point in
            (range.minimum.map { point >= $0 } ?? true) && (range.maximum.map { point <= $0 } ?? true)
        }
    }

    private static func range(of quantity: Quantity, _ schema: SignalSchema) -> (minimum: Double?, maximum: Double?) {
        let entry = schema[quantity.signal]
        return (entry?.minimum, entry?.maximum)
    }

    /// The quantities that are compared with `quantity`, directly or over others, itself included.
    func linked(to quantity: Quantity) -> Set<Quantity> {
        var group: Set<Quantity> = [quantity]
        var grows = true
        while grows {
            grows = false
            for (first, second) in links where group.contains(first) != group.contains(second) {
                group.formUnion([first, second])
                grows = true
            }
        }
        return group
    }

    /// Every threshold within the range, and `perGap` points in every gap between two of them and beyond the last.
    private static func points(_ limits: [Double], _ range: (minimum: Double?, maximum: Double?), perGap: Int) -> [Double] {
        let inside = limits.filter { limit in (range.minimum.map { limit >= $0 } ?? true) && (range.maximum.map { limit <= $0 } ?? true) }
        guard let first = inside.first, let last = inside.last else {
            if perGap > 1 { return (0..<perGap).map(Double.init) }
            switch range {
            case (let low?, let high?): return [(low + high) / 2]
            default: return [range.minimum ?? range.maximum ?? 0]
            }
        }
        func within(_ low: Double, _ high: Double) -> [Double] {
            (1...perGap).map { low + (high - low) * Double($0) / Double(perGap + 1) }
        }
        var points: [Double] = []
        if let low = range.minimum {
            if low < first { points += within(low, first) }
        } else {
            points += (1...perGap).reversed().map { first - Double($0) }
        }
        for (index, limit) in inside.enumerated() {
            points.append(limit)
            if index + 1 < inside.count { points += within(limit, inside[index + 1]) }
        }
        if let high = range.maximum {
            if last < high { points += within(last, high) }
        } else {
            points += (1...perGap).map { last + Double($0) }
        }
        return points
    }

    /// One number of each run of neighbours that no comparison tells apart.
    private func merged(_ points: [Double], _ quantity: Quantity) -> [Double] {
        let tests = comparisons[quantity] ?? []
        var kept: [(point: Double, truths: [Bool])] = []
        for point in points {
            let truths = tests.map { $0.operation.holds(point, $0.limit) }
            if let last = kept.last, last.truths == truths {
                // A point within a gap is shown rather than its edge.
                if thresholds[quantity]?.contains(last.point) == true { kept[kept.count - 1].point = point }
            } else {
                kept.append((point, truths))
            }
        }
        return kept.map(\.point)
    }

    /// The class of a number among `numbers`, by what the comparisons say of it. Only for quantities that are compared with numbers alone.
    func index(of number: Double, among numbers: [Double], _ quantity: Quantity) -> Int? {
        let tests = comparisons[quantity] ?? []
        let truths = tests.map { $0.operation.holds(number, $0.limit) }
        return numbers.firstIndex { candidate in tests.map { $0.operation.holds(candidate, $0.limit) } == truths }
    }
}
