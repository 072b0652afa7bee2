/// A template with what is needed to match lines against it.
struct TemplateNode: Sendable {
    var template: LogTemplate
    var leaf: LeafKey
    var hashes: [UInt64]
    var states: [Bool]
    /// Separator and word of each position, for the text.
    var parts: [TemplatePart]
    var lastUsed: UInt64

    /// How well a line agrees: the share of constant positions whose word is the same, or nil where two states or outcomes differ.
    ///
    /// Positions that were variable from birth in both say nothing. An exact match is 1.
    func similarity(to tokens: [Token]) -> Double? {
        var constant = 0
        var equal = 0
        for index in 0..<hashes.count {
            let own = hashes[index]
            let other = tokens[index].hash
            if own == other {
                if own != TokenHash.variable {
                    constant += 1
                    equal += 1
                }
                continue
            }
            if states[index] && tokens[index].isState { return nil }
            constant += 1
        }
        return constant == 0 ? 1 : Double(equal) / Double(constant)
    }

    /// Makes positions variable where the line differs; returns whether any did.
    mutating func generalize(to tokens: [Token]) -> Bool {
        var changed = false
        for index in 0..<hashes.count where hashes[index] != tokens[index].hash && hashes[index] != TokenHash.variable {
            hashes[index] = TokenHash.variable
            states[index] = false
            parts[index].word = LogTemplate.variableMark
            changed = true
        }
        return changed
    }
}

struct TemplatePart: Sendable, Hashable {
    var separator: String
    var word: String
}

/// Lines are compared only with templates of the same severity, exception, length and first word.
struct LeafKey: Sendable, Hashable {
    var group: UInt64
    var count: Int
    var first: UInt64
}
