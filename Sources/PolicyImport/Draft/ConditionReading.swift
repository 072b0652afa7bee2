/// Reads the conditions that Argo Rollouts writes over `result`, as far as they compare it with numbers.
///
/// `result[0] >= 0.95`, `result <= 5 && result > 0`, `all(result, # < 0.5)`, `len(result) > 0 && result[0] < 1`,
/// `default(result, 0) < 5`, `isNaN(result[0]) || result[0] >= 0.9`.
struct ConditionReading {
    /// The values for which the condition is true, where it is one range.
    private(set) var limits = PolicyDraft.Limits()
    /// The values for which it is false, where those are one range.
    private(set) var complement: PolicyDraft.Limits?
    /// What an absent result counts as (`default(result, 0)`).
    private(set) var absentValue: Double?
    /// True where an absent result makes the condition true.
    private(set) var passesWithoutData = false

    /// nil for a condition of another form.
    init?(_ text: String) {
        let alternatives = Self.split(text, by: "||").map(Self.stripped)
        var rest: [String] = []
        for alternative in alternatives {
            if Self.isAbsence(alternative) { passesWithoutData = true } else { rest.append(alternative) }
        }
        guard !rest.isEmpty else { return nil }
        if rest.count == 1 {
            guard readConjunction(rest[0]) else { return nil }
            return
        }
        // Several ranges: only what lies outside of all of them can be one range.
        var outside = PolicyDraft.Limits()
        for alternative in rest {
            guard var part = ConditionReading(alternative), let other = part.complement, !part.passesWithoutData else { return nil }
            part.absentValue = part.absentValue ?? absentValue
            absentValue = part.absentValue
            outside.add(other)
        }
        complement = outside
    }

    private mutating func readConjunction(_ text: String) -> Bool {
        var bounds = 0
        for term in Self.split(text, by: "&&").map(Self.stripped) where !Self.isPresence(term) {
            guard let (comparison, value) = comparison(term), let bound = Self.limits(comparison, value) else { return false }
            bounds += 1
            limits.add(bound)
            complement = bounds == 1 ? Self.limits(Self.opposite[comparison] ?? "", value) : nil
        }
        return bounds > 0
    }

    // MARK: - Terms

    private static let comparisons = [">=", "<=", "==", ">", "<"]
    private static let opposite = [">=": "<", "<=": ">", ">": "<=", "<": ">="]
    private static let mirrored = [">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "=="]

    /// `X op 5` or `5 op X`, with X on the left.
    private mutating func comparison(_ term: String) -> (String, Double)? {
        var term = Substring(term)
        if let inner = Self.body(of: "all", in: String(term)) {
            let parts = inner.split(separator: ",", maxSplits: 1).map { Self.stripped(String($0)) }
            guard parts.count == 2, parts[0] == "result" else { return nil }
            term = Substring(parts[1].trimmed(of: "{}").replacing("#", with: "result"))
        }
        for comparison in Self.comparisons {
            guard let range = term.firstRange(of: comparison) else { continue }
            let left = Self.stripped(String(term[..<range.lowerBound]))
            let right = Self.stripped(String(term[range.upperBound...]))
            if isResult(left), let value = Double(right), value.isFinite { return (comparison, value) }
            if isResult(right), let value = Double(left), value.isFinite { return (Self.mirrored[comparison] ?? "", value) }
            return nil
        }
        return nil
    }

    private mutating func isResult(_ text: String) -> Bool {
        if ["result", "result[0]", "asFloat(result)", "asFloat(result[0])", "asInt(result)", "asInt(result[0])"].contains(text) {
            return true
        }
        guard let inner = Self.body(of: "default", in: text) else { return false }
        let parts = inner.split(separator: ",", maxSplits: 1).map { Self.stripped(String($0)) }
        guard parts.count == 2, ["result", "result[0]"].contains(parts[0]), let value = Double(parts[1]) else { return false }
        absentValue = value
        return true
    }

    private static func limits(_ comparison: String, _ value: Double) -> PolicyDraft.Limits? {
        switch comparison {
        case ">=": .init(atLeast: value)
        case ">": .init(above: value)
        case "<=": .init(atMost: value)
        case "<": .init(below: value)
        case "==": .init(atLeast: value, atMost: value)
        default: nil
        }
    }

    /// Terms that say that there is a result, which every measurement needs anyway.
    private static func isPresence(_ term: String) -> Bool {
        let text = term.filter { !$0.isWhitespace }
        return ["len(result)>0", "len(result)!=0", "len(result)>=1", "!isNaN(result[0])", "!isNaN(result)", "result!=nil"].contains(text)
    }

    private static func isAbsence(_ term: String) -> Bool {
        let text = term.filter { !$0.isWhitespace }
        return ["len(result)==0", "len(result)<1", "isNaN(result[0])", "isNaN(result)", "result==nil", "isNil(result)"].contains(text)
    }

    // MARK: - Text

    /// Splits at an operator outside of parentheses.
    private static func split(_ text: String, by mark: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        var rest = Substring(text)
        while let character = rest.first {
            if depth == 0, rest.hasPrefix(mark) {
                parts.append(part)
                part = ""
                rest = rest.dropFirst(mark.count)
                continue
            }
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            part.append(character)
            rest = rest.dropFirst()
        }
        return parts + [part]
    }

    /// Without spaces around it and without parentheses around the whole.
    private static func stripped(_ text: String) -> String {
        var text = text.trimmed(of: " \t\n")
        while text.hasPrefix("("), text.hasSuffix(")"), isOneGroup(text) { text = String(text.dropFirst().dropLast()).trimmed(of: " \t\n") }
        return text
    }

    private static func isOneGroup(_ text: String) -> Bool {
        var depth = 0
        for (index, character) in text.enumerated() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0, index < text.count - 1 { return false }
        }
        return depth == 0
    }

    /// What stands between the parentheses of a call of `function` that is the whole text.
    private static func body(of function: String, in text: String) -> String? {
        guard text.hasPrefix(function + "("), text.hasSuffix(")") else { return nil }
        let inner = String(text.dropFirst(function.count))
        return isOneGroup(inner) ? String(inner.dropFirst().dropLast()) : nil
    }
}

extension String {
    func trimmed(of characters: String) -> String {
        var text = Substring(self)
        while let first = text.first, characters.contains(first) { text = text.dropFirst() }
        while let last = text.last, characters.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
