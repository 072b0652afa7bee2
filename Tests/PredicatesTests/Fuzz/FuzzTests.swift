import Testing

/// A short run of the fuzzer over lexer, parser, checker and evaluator. The long one is `scripts/fuzz`.
struct FuzzTests {
    @Test func noInputBreaksAPromise() {
        let inputs = UInt64(4000 * Fuzzing.scale)
        var parsed: UInt64 = 0
        var compiled: UInt64 = 0
        var errors = 0
        for number in 0..<inputs {
            let input = FuzzInput(seed: 1, number: number)
            let outcome = FuzzOutcome.of(input)
            if let violation = outcome.violation { Issue.record("input \(number): \(violation)\n\(input.source.prefix(2000))") }
            parsed += outcome.parses ? 1 : 0
            compiled += outcome.compiles ? 1 : 0
            errors += outcome.errors
        }
        #expect(parsed * 2 >= inputs, "\(parsed) of \(inputs) parse")
        #expect(compiled * 3 >= inputs, "\(compiled) of \(inputs) compile")
        #expect(errors > 0)
    }
}
