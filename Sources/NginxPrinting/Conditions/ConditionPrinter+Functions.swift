internal import Predicates

extension ConditionPrinter {
    /// Whether a pattern is found in a text: the truth of `text:match(pattern)` and `text:find(pattern)`. nil for another function.
    func match(_ function: RequestFunction, _ arguments: [RequestNode], _ node: RequestNode) throws(PrintingRefusal) -> PrintedTruth? {
        if function == .regexMatch { return try regexMatch(arguments, node) }
        guard function == .match || function == .find else { return nil }
        guard arguments.count >= 2, arguments[0].isText, case .literal(.string(let pattern)) = arguments[1] else {
            throw refusal(node, "the pattern must be a constant, and what is searched a field")
        }
        let expression: String
        switch (function, arguments.dropFirst(2)) {
        case (_, []): expression = try LuaPattern(pattern.bytes).regularExpression
        case (.find, [.literal(.integer(1)), .literal(.bool(true))]): expression = NginxText.pattern(literally: pattern.bytes)
        default: throw refusal(node, "a search starts at the beginning there")
        }
        guard case .operand(let operand) = try text(arguments[0]) else { throw refusal(node, "what is searched must be a field") }
        // Searching nil is an error in Lua.
        let entries = [("\"\"", "e"), (try NginxText.mapKey(pattern: expression.isEmpty ? "^" : expression), "1")]
        return .operand(writer.map(operand.variable, entries, otherwise: "0", depth: operand.depth))
    }

    /// `text:lower() == "x"` and `text:upper() == "X"`: a comparison without regard to the case of ASCII letters.
    func caseless(_ node: RequestNode, _ value: LuaValue) throws(PrintingRefusal) -> PrintedTruth? {
        guard case .call(let function, let arguments) = node, function == .lower || function == .upper, arguments.count == 1,
            arguments[0].isText, case .operand(let operand) = try text(arguments[0])
        else { return nil }
        var entries = [("\"\"", "e")]
        if case .string(let wanted) = value,
            !wanted.bytes.contains(where: { function == .lower ? (65...90).contains($0) : (97...122).contains($0) })
        {
            let key = try NginxText.mapKey(literally: wanted.bytes)
            entries.append(("\"~*" + key.dropFirst(2), "1"))
        }
        return .operand(writer.map(operand.variable, entries, otherwise: "0", depth: operand.depth))
    }

    /// `<`, `<=`, `>` and `>=`: between `semver(field)` and a constant version.
    func order(
        _ comparison: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, _ node: RequestNode
    ) throws(PrintingRefusal) -> PrintedTruth {
        if case .literal(.version(let version)) = right { return try order(left, comparison, version, node) }
        if case .literal(.version(let version)) = left { return try order(right, comparison.mirrored, version, node) }
        if let found = try bucketComparison(comparison, left, right, node) { return found }
        throw refusal(
            node, "its maps compare no numbers but buckets and percents with constants, and no order of texts but versions of semver(...)")
    }

    /// The comparison of `semver(field)` with a version; a text that is no version is an error, and so is nil unless it is asked for equality.
    func order(
        _ subject: RequestNode, _ comparison: ComparisonOperator, _ version: SemanticVersion, _ node: RequestNode
    ) throws(PrintingRefusal) -> PrintedTruth {
        guard case .call(.semver, let arguments) = subject, arguments.count == 1, arguments[0].isText,
            case .operand(let operand) = try text(arguments[0])
        else { throw refusal(node, "a version is compared with semver(field) there") }
        guard !version.description.contains("-") else { throw refusal(node, "pre-releases are not told apart there") }
        let found: String
        let holds: Bool
        switch comparison {
        case .equal, .notEqual: (found, holds) = (VersionPattern.equal(to: version), comparison == .equal)
        case .greater, .lessOrEqual: (found, holds) = (VersionPattern.above(version), comparison == .greater)
        case .greaterOrEqual, .less: (found, holds) = (VersionPattern.atLeast(version), comparison == .greaterOrEqual)
        }
        let entries = [
            ("\"\"", !comparison.isEquality ? "e" : comparison == .equal ? "0" : "1"),
            (try NginxText.mapKey(pattern: found), holds ? "1" : "0"),
            (try NginxText.mapKey(pattern: VersionPattern.any), holds ? "0" : "1"),
        ]
        return .operand(writer.map(operand.variable, entries, otherwise: "e", depth: operand.depth))
    }
}
