/// An automaton made deterministic beforehand: one look-up for each byte of the subject, and no memory of its own.
///
/// A state is a set of instructions and what stood before; the byte that comes next, or the end, decides which assertions hold. The line
/// feed that ends the subject is a symbol of its own, because `$` holds before it.
struct RegexTable: Sendable {
    /// Automata with more states are run as they are, state set by state set.
    static let maximumStates = 128
    /// Instructions that may be looked at while the table is made.
    static let maximumWork = 100_000

    private static let accepted: UInt16 = 0xFFFF
    private static let rejected: UInt16 = 0xFFFE

    /// The symbol of each byte.
    private let symbols: [UInt8]
    private let width: Int
    /// `width` followers for each state: a state, or accepted, or rejected.
    private var followers: [UInt16] = []

    private struct Key: Hashable {
        let instructions: [Int]
        let before: RegexBefore
    }

    /// nil when the automaton has too many states.
    init?(_ program: RegexProgram) {
        let (symbols, examples) = Self.alphabet(program)
        self.symbols = symbols
        width = examples.count + 2
        let (end, lastLineFeed) = (examples.count, examples.count + 1)
        var states = [Key(instructions: [0], before: .start)]
        var indexes = [states[0]: 0]
        var closure = RegexStates(program)
        var work = 0
        var index = 0
        while index < states.count {
            let state = states[index]
            index += 1
            for symbol in 0..<width {
                let byte: UInt8? = symbol == end ? nil : symbol == lastLineFeed ? 10 : examples[symbol]
                let after: RegexAfter =
                    symbol == end
                    ? .end
                    : symbol == lastLineFeed ? .lastLineFeed : byte == 10 ? .lineFeed : ByteSet.word.contains(byte ?? 0) ? .word : .other
                // A match may begin anywhere, so the first instruction always belongs to it.
                work += closure.close(state.instructions + [0], program, state.before, after)
                guard work <= Self.maximumWork else { return nil }
                guard !closure.matches else {
                    followers.append(Self.accepted)
                    continue
                }
                guard let byte else {
                    followers.append(Self.rejected)
                    continue
                }
                let next = Key(instructions: closure.step(byte, program).sorted(), before: RegexBefore(byte))
                if indexes[next] == nil {
                    guard states.count < Self.maximumStates else { return nil }
                    indexes[next] = states.count
                    states.append(next)
                }
                followers.append(UInt16(indexes[next]!))  // it was just given one
            }
        }
        giveUpEarly(states.count)
    }

    /// Bytes that no set and no assertion tells apart share a symbol; an example byte of each.
    private static func alphabet(_ program: RegexProgram) -> (symbols: [UInt8], examples: [UInt8]) {
        let sets = program.sets + [.word, ByteSet([10])]
        var known: [[Bool]: UInt8] = [:]
        var examples: [UInt8] = []
        let symbols = (0...255).map { byte in
            let signature = sets.map { $0.contains(UInt8(byte)) }
            if let symbol = known[signature] { return symbol }
            known[signature] = UInt8(examples.count)
            examples.append(UInt8(byte))
            return UInt8(examples.count - 1)
        }
        return (symbols, examples)
    }

    /// Makes followers from which no match is reached a rejection, so that an anchored pattern does not read on.
    private mutating func giveUpEarly(_ count: Int) {
        var hopeful = [Bool](repeating: false, count: count)
        var isChanging = true
        // Each round finds at least one more hopeful state, or is the last.
        while isChanging {
            isChanging = false
            for state in 0..<count where !hopeful[state] {
                let row = followers[(state * width)..<((state + 1) * width)]
                guard row.contains(where: { $0 == Self.accepted || $0 < Self.rejected && hopeful[Int($0)] }) else { continue }
                hopeful[state] = true
                isChanging = true
            }
        }
        for index in followers.indices where followers[index] < Self.rejected && !hopeful[Int(followers[index])] {
            followers[index] = Self.rejected
        }
    }

    func matches(_ subject: UnsafeBufferPointer<UInt8>) -> Bool {
        var state = 0
        let lastLineFeed = subject.last == 10 ? subject.count - 1 : subject.count
        for index in 0..<subject.count {
            let symbol = index == lastLineFeed ? width - 1 : Int(symbols[Int(subject[index])])
            let next = followers[state * width + symbol]
            if next >= Self.rejected { return next == Self.accepted }
            state = Int(next)
        }
        return followers[state * width + width - 2] == Self.accepted
    }
}
