/// A template with what is needed to match lines against it.
struct TemplateNode: Sendable {
    var template: LogTemplate
    let number: Int
    let leaf: LeafKey
    let exception: ExceptionTrace?
    var hashes: [UInt64]
    var kinds: [WordClass]
    /// Separator and word of each position, for the text.
    var parts: [TemplatePart]
    var lastUsed: UInt64
    /// The slot of the template that this one became part of.
    var mergedInto: Int?

    /// Places that are variable; fewer is more specific.
    var variables: Int { hashes.reduce(0) { $0 + ($1 == WordHash.variable ? 1 : 0) } }

    /// Whether a line is of this template: every word the same, or variable here. A state or an outcome is never swallowed.
    func fits(_ tokens: [Token]) -> Bool {
        for index in 0..<hashes.count where hashes[index] != tokens[index].hash {
            if hashes[index] != WordHash.variable || tokens[index].kind == .state { return false }
        }
        return true
    }

    /// The share of the places with a constant word whose word is the same, or nil where two states or outcomes differ.
    func similarity(to other: TemplateNode) -> Double? {
        var constant = 0
        var equal = 0
        for index in 0..<hashes.count {
            if hashes[index] == other.hashes[index] {
                if hashes[index] != WordHash.variable {
                    constant += 1
                    equal += 1
                }
                continue
            }
            if kinds[index] == .state && other.kinds[index] == .state { return nil }
            constant += 1
        }
        return constant == 0 ? 1 : Double(equal) / Double(constant)
    }

    /// Makes places variable; a state or an outcome stays.
    mutating func open(_ places: [Int]) {
        for place in places where kinds[place] != .state {
            hashes[place] = WordHash.variable
            kinds[place] = .variable
            parts[place].word = LogTemplate.variableMark
        }
        template.text = TemplateText.text(parts, exception)
    }
}

struct TemplatePart: Sendable, Hashable {
    var separator: String
    var word: String
}

/// Lines are compared only with templates of the same severity, exception, length and first word.
struct LeafKey: Sendable, Hashable {
    /// Length of the one template that takes what finds no room.
    static let overflow = -1

    var group: UInt64
    var count: Int
    var first: UInt64
}
