extension RequestChecker {
    /// A text that must be written as a constant.
    func constantBytes(_ argument: Syntax, _ function: RequestFunction) throws(ExpressionError) -> [UInt8] {
        guard case .string(let bytes) = argument.unwrapped.kind else {
            throw source.error(
                .type, "a regular expression and its options are texts in quotes, not '\(ExpressionPrinter.text(argument))'",
                at: argument.range.lowerBound, suggestion: "for example: \(function.usage)")
        }
        return bytes
    }

    /// Refuses a regular expression that cannot be honoured, with the place inside of it.
    func checkRegex(_ nodes: [RequestNode], _ arguments: [Syntax]) throws(ExpressionError) {
        guard case .literal(.string(let pattern)) = nodes[1], case .literal(.string(let options)) = nodes[2] else { return }
        do {
            _ = try RegexOptions(options.bytes)
        } catch {
            throw refusal(error, options.bytes, arguments[min(2, arguments.count - 1)])
        }
        do {
            _ = try RequestRegex(pattern.bytes, options: options.bytes, makesTable: false)
        } catch {
            throw refusal(error, pattern.bytes, arguments[1])
        }
    }

    private func refusal(_ problem: RegexProblem, _ text: [UInt8], _ argument: Syntax) -> ExpressionError {
        source.error(.unsupported, problem.message, at: place(problem.offset, in: text, of: argument), suggestion: problem.suggestion)
    }

    /// Where byte `offset` of a constant stands in the source. Escapes in the source move it; then it is the start of the constant.
    private func place(_ offset: Int, in text: [UInt8], of argument: Syntax) -> Int {
        let written = source.bytes[argument.range]
        for start in written.indices.dropFirst() where written[start...].starts(with: text) { return start + offset }
        return argument.range.lowerBound
    }
}
