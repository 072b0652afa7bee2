internal import Predicates

/// Whether a condition holds for a request, as Lua decides: from left to right, no further than needed, and an error ends it.
indirect enum RuleFormula: Hashable {
    case constant(Bool)
    /// Index into the atoms of a `RuleLogic`.
    case atom(Int)
    case not(RuleFormula)
    case and(RuleFormula, RuleFormula)
    case or(RuleFormula, RuleFormula)

    enum Truth: UInt8, Hashable, CaseIterable {
        case holds
        case fails
        case error
    }

    /// The truth under what is assumed of the atoms, or the first atom that has to be known.
    enum Evaluation {
        case truth(Truth)
        case needs(Int)
    }

    func evaluate(_ states: [Truth?]) -> Evaluation {
        switch self {
        case .constant(let value): return .truth(value ? .holds : .fails)
        case .atom(let index): return states[index].map { .truth($0) } ?? .needs(index)
        case .not(let inner):
            guard case .truth(let truth) = inner.evaluate(states) else { return inner.evaluate(states) }
            return .truth(truth == .holds ? .fails : truth == .fails ? .holds : .error)
        case .and(let left, let right):
            let first = left.evaluate(states)
            if case .truth(.holds) = first { return right.evaluate(states) }
            return first
        case .or(let left, let right):
            let first = left.evaluate(states)
            if case .truth(.fails) = first { return right.evaluate(states) }
            return first
        }
    }

    /// The atoms of it, each once.
    var atoms: Set<Int> {
        switch self {
        case .constant: []
        case .atom(let index): [index]
        case .not(let inner): inner.atoms
        case .and(let left, let right), .or(let left, let right): left.atoms.union(right.atoms)
        }
    }

    /// The parts that must all hold.
    var conjuncts: [RuleFormula] {
        if case .and(let left, let right) = self { left.conjuncts + right.conjuncts } else { [self] }
    }
}
