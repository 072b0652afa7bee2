/// The states in which an automaton is at once, and what reaching them needs.
struct RegexStates {
    /// Instructions that take a byte, each once.
    private(set) var takers: [Int] = []
    private(set) var matches = false
    private var seen: [Bool]
    private var pending: [Int] = []

    init(_ program: RegexProgram) { seen = Array(repeating: false, count: program.instructions.count) }

    /// Everything that is reached from `starts` without taking a byte, at a place between `before` and `after`.
    ///
    /// - Returns: how many instructions were looked at.
    mutating func close(_ starts: [Int], _ program: RegexProgram, _ before: RegexBefore, _ after: RegexAfter) -> Int {
        takers.removeAll(keepingCapacity: true)
        matches = false
        for index in seen.indices { seen[index] = false }
        pending.append(contentsOf: starts)
        var looked = 0
        while let index = pending.popLast() {
            guard !seen[index] else { continue }
            seen[index] = true
            looked += 1
            switch program.instructions[index] {
            case .set: takers.append(index)
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(first)
                pending.append(second)
            case .assertion(let assertion): if assertion.holds(before, after) { pending.append(index + 1) }
            case .match: matches = true
            }
        }
        return looked
    }

    /// The instructions after those that take `byte`.
    func step(_ byte: UInt8, _ program: RegexProgram) -> [Int] {
        takers.compactMap { index in
            if case .set(let set) = program.instructions[index], program.sets[set].contains(byte) { index + 1 } else { nil }
        }
    }
}
