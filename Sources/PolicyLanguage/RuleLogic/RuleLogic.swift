internal import Predicates

/// Decides what can be said of conditions without a request: that none matches, that all do, that one implies another.
///
/// What it says is so; where it cannot tell within its limits, it says nothing. Conditions are taken apart into atoms, and every way in
/// which the atoms could hold is tried (DPLL). A way is given up when its atoms contradict each other (`AtomTheory`).
struct RuleLogic {
    /// More atoms are not tried.
    static let maximumAtoms = 20
    /// Ways that one question may try, and all questions together.
    static let maximumSteps = 4000
    static let maximumTotalSteps = 60_000

    /// A condition, and whether it is to match or not to match. An error is no match.
    struct Requirement {
        let formula: RuleFormula
        let matches: Bool
    }

    private(set) var atoms: [RuleAtom] = []
    private var indices: [RuleAtom: Int] = [:]
    private var theory = AtomTheory()
    private var stepsLeft = Self.maximumTotalSteps
    /// How many conditions have been taken apart.
    private var conditions = 0
    /// Whether the patterns of the one that is taken apart might run out of steps.
    private var mayRunOut = false

    // MARK: - Questions

    /// Whether it is certain that no request meets all requirements.
    mutating func isImpossible(_ requirements: [Requirement]) -> Bool {
        let involved = requirements.reduce(into: Set<Int>()) { $0.formUnion($1.formula.atoms) }
        guard involved.count <= Self.maximumAtoms else { return false }
        theory.prepare(atoms, involved: involved.sorted())
        var states = [RuleFormula.Truth?](repeating: nil, count: atoms.count)
        var steps = min(Self.maximumSteps, stepsLeft)
        let before = steps
        let isPossible = search(requirements, &states, &steps)
        stepsLeft -= before - steps
        return isPossible == false
    }

    mutating func neverMatches(_ formula: RuleFormula) -> Bool { isImpossible([Requirement(formula: formula, matches: true)]) }
    mutating func alwaysMatches(_ formula: RuleFormula) -> Bool { isImpossible([Requirement(formula: formula, matches: false)]) }

    /// Whether every request that matches `formula` matches one of `others`.
    mutating func implies(_ formula: RuleFormula, anyOf others: [RuleFormula]) -> Bool {
        isImpossible([Requirement(formula: formula, matches: true)] + others.map { Requirement(formula: $0, matches: false) })
    }

    /// Whether some way remains; nil when the steps have run out.
    private mutating func search(_ requirements: [Requirement], _ states: inout [RuleFormula.Truth?], _ steps: inout Int) -> Bool? {
        var open: Int?
        for requirement in requirements {
            switch requirement.formula.evaluate(states) {
            case .truth(let truth): if (truth == .holds) != requirement.matches { return false }
            case .needs(let atom): open = open ?? atom
            }
        }
        guard let open else { return true }
        var isKnown = true
        for truth in RuleFormula.Truth.allCases where truth != .error || !atoms[open].isTotal {
            guard steps > 0 else { return nil }
            steps -= 1
            states[open] = truth
            if theory.isConsistent(states) {
                switch search(requirements, &states, &steps) {
                case true: return true
                case false: break
                case nil: isKnown = false
                }
            }
            states[open] = nil
        }
        return isKnown ? false : nil
    }

    // MARK: - Taking apart

    /// The condition as a formula; its atoms join those that are there.
    mutating func formula(_ node: RequestNode) -> RuleFormula {
        conditions += 1
        mayRunOut = node.hasCostlyPattern
        return part(node)
    }

    private mutating func part(_ node: RequestNode) -> RuleFormula {
        switch node {
        case .literal(let value): .constant(value.isTruthy)
        case .not(let inner): .not(part(inner))
        case .and(let left, let right): .and(part(left), part(right))
        case .or(let left, let right): .or(part(left), part(right))
        case .comparison(let operation, let left, let right): comparison(operation, left, right)
        default: atom(node)
        }
    }

    private mutating func comparison(_ operation: ComparisonOperator, _ left: RequestNode, _ right: RequestNode) -> RuleFormula {
        switch operation {
        case .notEqual: return .not(comparison(.equal, left, right))
        case .greater, .greaterOrEqual: return comparison(operation.mirrored, right, left)
        case .equal, .less, .lessOrEqual: break
        }
        if case .literal = left, !right.isLiteral {
            // What has a total order: c < x is not (x <= c).
            if operation == .equal { return comparison(.equal, right, left) }
            if isOrdered(right, by: left) {
                return .not(comparison(operation == .less ? .lessOrEqual : .less, right, left))
            }
        }
        if operation == .equal, case .literal(.nil) = right, left.isNilOrTruthy { return .not(part(left)) }
        return atom(.comparison(operation, left, right))
    }

    private func isOrdered(_ node: RequestNode, by literal: RequestNode) -> Bool {
        if case .opaque = RuleAtom.Kind.of(.comparison(.less, node, literal)) { false } else { true }
    }

    private mutating func atom(_ node: RequestNode) -> RuleFormula {
        var atom = RuleAtom(kind: RuleAtom.Kind.of(node), node: node)
        if mayRunOut, node.hasPattern { atom = RuleAtom(kind: .opaque, node: node, condition: conditions) }
        if let index = indices[atom] { return .atom(index) }
        indices[atom] = atoms.count
        atoms.append(atom)
        return .atom(atoms.count - 1)
    }
}

extension RequestNode {
    fileprivate var isLiteral: Bool { if case .literal = self { true } else { false } }

    /// Whether its value is nil or true as a condition, never false: then being nil and not holding are the same.
    fileprivate var isNilOrTruthy: Bool {
        switch self {
        case .field: true
        case .call(let function, _):
            switch function {
            case .semver, .match, .find, .byte, .tonumber, .bucket, .percent, .regexMatch: true
            default: false
            }
        default: false
        }
    }
}
