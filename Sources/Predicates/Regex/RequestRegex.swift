/// A regular expression as `ngx.re.match` takes it, matched in time linear in the subject: whether it matches, and nothing else.
///
/// It knows the part of PCRE's syntax that an automaton can match; whether a repetition is greedy makes no difference to whether there is
/// a match.
public final class RequestRegex: Sendable {
    private let program: RegexProgram
    /// nil where the automaton is too large for a table.
    private let table: RegexTable?
    private let isUnicode: Bool

    /// - Parameter makesTable: false for a pattern that is used once.
    init(_ pattern: [UInt8], options: [UInt8], makesTable: Bool = true) throws(RegexProblem) {
        let options = try RegexOptions(options)
        program = try RegexProgram(try RegexParser.parse(pattern, options))
        table = makesTable ? RegexTable(program) : nil
        isUnicode = options.isUnicode
    }

    /// A pattern that an expression was checked with; what printed predicates call.
    ///
    /// - Precondition: the pattern and its options are of the part that is known.
    public convenience init(checked pattern: [UInt8], options: [UInt8]) {
        do {
            try self.init(pattern, options: options)
        } catch {
            preconditionFailure("the pattern is refused: \((error as RegexProblem).message)")
        }
    }

    /// Whether the pattern matches somewhere. With the option u a subject that is not UTF-8 does not match.
    ///
    /// - Parameter steps: what the patterns of the evaluation have cost so far.
    func matches(_ subject: UnsafeBufferPointer<UInt8>, _ steps: inout Int) throws(EvaluationError) -> Bool {
        if isUnicode, String(validating: subject, as: UTF8.self) == nil { return false }
        if let table { return table.matches(subject) }
        var states = RegexStates(program)
        var starts: [Int] = []
        var before = RegexBefore.start
        for index in 0...subject.count {
            let byte = index < subject.count ? subject[index] : nil
            let after: RegexAfter =
                switch byte {
                case nil: .end
                case 10: index == subject.count - 1 ? .lastLineFeed : .lineFeed
                case let byte?: ByteSet.word.contains(byte) ? .word : .other
                }
            // The marks of all instructions are cleared for each byte, which costs less than looking at one.
            steps += states.close(starts + [0], program, before, after) + program.instructions.count / 16
            if states.matches { return true }
            guard steps <= ExpressionLimits.patternSteps else {
                throw .limit("a pattern match of more than \(ExpressionLimits.patternSteps) steps")
            }
            guard let byte else { break }
            starts = states.step(byte, program)
            before = RegexBefore(byte)
        }
        return false
    }
}
