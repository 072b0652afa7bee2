/// A regular expression as instructions of a nondeterministic automaton (Thompson 1968, in the form of Pike's sam).
struct RegexProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes one byte of the set, by its index in `sets`, and goes on to the next instruction.
        case set(Int)
        case jump(Int)
        case split(Int, Int)
        case assertion(RegexAssertion)
        case match
    }

    /// The most instructions of one pattern: each may be looked at once for every byte of the subject.
    static let maximumInstructions = 2000

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ByteSet] = []

    init(_ node: RegexNode) throws(RegexProblem) {
        try add(node)
        instructions.append(.match)
    }

    private mutating func append(_ instruction: Instruction) throws(RegexProblem) {
        guard instructions.count < Self.maximumInstructions else {
            throw RegexProblem("the pattern is too large: its repetitions come to more than \(Self.maximumInstructions) steps", at: 0)
        }
        instructions.append(instruction)
    }

    private mutating func add(_ node: RegexNode) throws(RegexProblem) {
        switch node {
        case .empty: break
        case .set(let set):
            let index = sets.firstIndex(of: set) ?? sets.count
            if index == sets.count { sets.append(set) }
            try append(.set(index))
        case .sequence(let items): for item in items { try add(item) }
        case .assertion(let assertion): try append(.assertion(assertion))
        case .alternatives(let choices): try add(choices)
        case .repeated(let item, let least, let most):
            for _ in 0..<least { try add(item) }
            guard let most else { return try addStar(item) }
            // Each further time is optional; all of them lead to the same end.
            var splits: [Int] = []
            for _ in least..<most {
                splits.append(instructions.count)
                try append(.jump(0))
                try add(item)
            }
            for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        }
    }

    private mutating func addStar(_ item: RegexNode) throws(RegexProblem) {
        let start = instructions.count
        try append(.jump(0))
        try add(item)
        try append(.jump(start))
        instructions[start] = .split(start + 1, instructions.count)
    }

    private mutating func add(_ choices: [RegexNode]) throws(RegexProblem) {
        var ends: [Int] = []
        for (index, choice) in choices.enumerated() {
            let start = instructions.count
            let isLast = index == choices.count - 1
            if !isLast { try append(.jump(0)) }
            try add(choice)
            guard !isLast else { break }
            ends.append(instructions.count)
            try append(.jump(0))
            instructions[start] = .split(start + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }
}
