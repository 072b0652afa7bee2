/// What is left of an ordered set after some comparisons with fixed members of it.
struct OpenRange<Bound: Comparable & Hashable> {
    private(set) var lower: (bound: Bound, isIncluded: Bool)?
    private(set) var upper: (bound: Bound, isIncluded: Bool)?
    private(set) var excluded: Set<Bound> = []

    /// Takes away what does not stand in the relation to `bound`, or what does.
    mutating func add(_ relation: RuleAtom.Relation, _ bound: Bound, holds: Bool) {
        switch (relation, holds) {
        case (.less, true): lowerUpper(bound, isIncluded: false)
        case (.lessOrEqual, true): lowerUpper(bound, isIncluded: true)
        case (.less, false): raiseLower(bound, isIncluded: true)
        case (.lessOrEqual, false): raiseLower(bound, isIncluded: false)
        case (.equal, true):
            lowerUpper(bound, isIncluded: true)
            raiseLower(bound, isIncluded: true)
        case (.equal, false): excluded.insert(bound)
        }
    }

    private mutating func lowerUpper(_ bound: Bound, isIncluded: Bool) {
        if let upper, upper.bound < bound || upper.bound == bound && !upper.isIncluded { return }
        upper = (bound, isIncluded)
    }

    private mutating func raiseLower(_ bound: Bound, isIncluded: Bool) {
        if let lower, lower.bound > bound || lower.bound == bound && !lower.isIncluded { return }
        lower = (bound, isIncluded)
    }

    /// Whether surely nothing is left.
    var isEmpty: Bool {
        guard let lower, let upper else { return false }
        if lower.bound > upper.bound { return true }
        guard lower.bound == upper.bound else { return false }
        return !lower.isIncluded || !upper.isIncluded || excluded.contains(lower.bound)
    }
}

extension OpenRange<Double> {
    /// Whether surely no integer is left.
    var isEmptyOfIntegers: Bool {
        guard let lower, let upper else { return false }
        var first = lower.bound.rounded(.up)
        if !lower.isIncluded, first == lower.bound { first += 1 }
        var last = upper.bound.rounded(.down)
        if !upper.isIncluded, last == upper.bound { last -= 1 }
        guard first <= last else { return true }
        // As many integers as could be excluded, and one more, are looked at.
        guard last - first <= Double(excluded.count) else { return false }
        return stride(from: first, through: last, by: 1).allSatisfy { excluded.contains($0) }
    }
}
