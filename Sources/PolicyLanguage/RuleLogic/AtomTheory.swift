internal import Predicates

/// Sees contradictions among atoms: of one field's value, of one version, of one number.
///
/// `isConsistent` is false only where no request can have the atoms so. It may be true although there is none.
struct AtomTheory {
    private var atoms: [RuleAtom] = []
    /// Atoms by the one slot that they read.
    private var fields: [(slot: Int, atoms: [Int])] = []
    private var versions: [(slot: Int, atoms: [Int])] = []
    private var numbers: [(term: NumberTerm, atoms: [Int])] = []
    private var slotCount = 0
    /// nil where the evaluation came to a limit, which another one of the same condition need not.
    private var evaluated: [Evaluated: RuleFormula.Truth?] = [:]

    private struct Evaluated: Hashable {
        let atom: Int
        let value: ByteString?
    }

    /// Looks at these atoms from now on. Atoms keep their indices from one call to the next.
    mutating func prepare(_ atoms: [RuleAtom], involved: [Int]) {
        self.atoms = atoms
        fields = []
        versions = []
        numbers = []
        slotCount = (atoms.flatMap { $0.node.slots }.max() ?? -1) + 1
        for index in involved {
            let atom = atoms[index]
            if case .version(let slot, _, _) = atom.kind { Self.add(index, to: &versions, slot) }
            if case .number(let term, _, _) = atom.kind {
                if let group = numbers.firstIndex(where: { $0.term == term }) {
                    numbers[group].atoms.append(index)
                } else {
                    numbers.append((term, [index]))
                }
            }
            let slots = atom.node.slots
            // The slots of colours hold no texts, and a time is not known here.
            if slots.count == 1, atom.node.tags.isEmpty, !atom.node.readsTime {
                Self.add(index, to: &fields, slots[0])
            }
        }
    }

    private static func add(_ atom: Int, to groups: inout [(slot: Int, atoms: [Int])], _ slot: Int) {
        if let group = groups.firstIndex(where: { $0.slot == slot }) {
            groups[group].atoms.append(atom)
        } else {
            groups.append((slot, [atom]))
        }
    }

    /// Whether the assumed atoms do not contradict each other.
    mutating func isConsistent(_ states: [RuleFormula.Truth?]) -> Bool {
        for group in versions where !isConsistentVersion(group.atoms, states) { return false }
        for group in numbers where !isConsistentNumber(group.term, group.atoms, states) { return false }
        for group in fields where !isConsistentField(group.slot, group.atoms, states) { return false }
        return true
    }

    // MARK: - Fields

    private mutating func isConsistentField(_ slot: Int, _ group: [Int], _ states: [RuleFormula.Truth?]) -> Bool {
        var isNil = false
        var isThere = false
        var texts: Set<ByteString>?
        var inside: [[IPNetwork]] = []
        var outside: [[IPNetwork]] = []
        var prefixes: [ByteString] = []
        var noPrefixes: [ByteString] = []
        for index in group {
            guard let state = states[index] else { continue }
            switch (atoms[index].kind, state) {
            case (.present, .holds): isThere = true
            case (.present, _), (.prefix, .error): isNil = true
            case (.among(_, let members), .holds):
                isThere = true
                texts = texts.map { $0.intersection(members) } ?? members
            case (.inside(_, let networks), .holds):
                isThere = true
                inside.append(networks)
            case (.inside(_, let networks), _): outside.append(networks)
            case (.prefix(_, let text), .holds):
                isThere = true
                prefixes.append(text)
            case (.prefix(_, let text), .fails):
                isThere = true
                noPrefixes.append(text)
            case (.version(_, let relation, _), let truth) where truth == .holds || truth == .fails && relation != .equal: isThere = true
            default: break
            }
        }
        if isNil, isThere { return false }
        if isNil { return agrees(nil, slot, group, states) }
        if let texts { return texts.contains { agrees($0, slot, group, states) } }
        return Self.fit(prefixes, noPrefixes) && NetworkCover.leavesRoom(inside: inside, outside: outside)
    }

    /// Whether a text can begin with all of the first and with none of the second.
    private static func fit(_ prefixes: [ByteString], _ noPrefixes: [ByteString]) -> Bool {
        guard let longest = prefixes.max(by: { $0.count < $1.count }) else { return true }
        return prefixes.allSatisfy { longest.bytes.starts(with: $0.bytes) } && !noPrefixes.contains { longest.bytes.starts(with: $0.bytes) }
    }

    /// Whether every atom of a field is as assumed when the field has this value.
    private mutating func agrees(_ value: ByteString?, _ slot: Int, _ group: [Int], _ states: [RuleFormula.Truth?]) -> Bool {
        for index in group {
            guard let state = states[index], let truth = truth(index, value, slot), truth != state else { continue }
            // Within its condition a pattern may have run out of steps.
            guard state == .error, atoms[index].condition != nil else { return false }
        }
        return true
    }

    private mutating func truth(_ index: Int, _ value: ByteString?, _ slot: Int) -> RuleFormula.Truth? {
        let question = Evaluated(atom: index, value: value)
        if let known = evaluated[question] { return known }
        var values = [ByteString?](repeating: nil, count: slotCount)
        values[slot] = value
        let truth: RuleFormula.Truth?
        do throws(EvaluationError) {
            truth = try atoms[index].node.value(RequestView(values: values)).isTruthy ? .holds : .fails
        } catch {
            truth = if case .limit = error { nil } else { .error }
        }
        evaluated[question] = .some(truth)
        return truth
    }

    // MARK: - Versions

    private func isConsistentVersion(_ group: [Int], _ states: [RuleFormula.Truth?]) -> Bool {
        var range = OpenRange<SemanticVersion>()
        var isVersion = false
        var hasOrderError = false
        var hasError = false
        for index in group {
            guard let state = states[index], case .version(_, let relation, let version) = atoms[index].kind else { continue }
            if state == .error {
                // A text that is no version fails everywhere, an absent one in comparisons of order.
                if relation == .equal { hasError = true } else { hasOrderError = true }
            } else {
                if relation != .equal || state == .holds { isVersion = true }
                range.add(relation, version, holds: state == .holds)
            }
        }
        if isVersion, hasError || hasOrderError { return false }
        if hasError, group.contains(where: { states[$0] == .fails }) { return false }
        return !isVersion || !range.isEmpty
    }

    // MARK: - Numbers

    private func isConsistentNumber(_ term: NumberTerm, _ group: [Int], _ states: [RuleFormula.Truth?]) -> Bool {
        var range = OpenRange<Double>()
        range.add(.less, term.bounds.lowerBound, holds: false)
        range.add(.lessOrEqual, term.bounds.upperBound, holds: true)
        var isNumber = false
        var hasOrderError = false
        for index in group {
            guard let state = states[index], case .number(_, let relation, let bound) = atoms[index].kind else { continue }
            if state == .error {
                hasOrderError = hasOrderError || relation != .equal
            } else {
                if relation != .equal || state == .holds { isNumber = true }
                range.add(relation, bound, holds: state == .holds)
            }
        }
        if isNumber, hasOrderError { return false }
        return !isNumber || !(term.isInteger ? range.isEmptyOfIntegers : range.isEmpty)
    }
}
