/// Random expressions of the part of the language that means the same in Lua 5.4 and in LuaJIT (Lua 5.1).
///
/// Left out is what the two tell apart: `//` and the bitwise operators, the type of a number (so no quotient or power is made a text),
/// division and modulo by zero, integers beyond 2^53, `find` beyond the end, `gsub` of an empty match, `%` and what is no digit in a
/// replacement. Errors are part of it: nil is compared, joined and called.
struct RandomSharedExpression {
    var generator: Generator

    private static let texts = [
        "\"\"", "\"a\"", "\"abc\"", "\"user-42\"", "\"/api/v1/users\"", "'x'", "[[long]]", "\"ABC\"", "\"\\xff\\0z\"",
    ]
    private static let numericTexts = ["'10'", "\"0x10\"", "\" 5 \"", "\"-3\"", "\"7\""]
    private static let patterns = [
        "\".\"", "\"%d+\"", "\"^/api\"", "\"(%w+)/(%w+)\"", "\"[^/]+\"", "\"[a-c%d]\"", "\"%a+$\"", "\"%b/s\"", "\"%f[%w]%w+\"", "\"()p\"",
        "\"(a)(l)\"", "\"[\"", "\"(\"", "\"%\"", "\"%S+\"", "\"a.c\"", "\"[]]\"", "\"%u%u\"",
    ]

    mutating func anything(depth: Int) -> LuaProcess.Case {
        LuaProcess.Case(source: truth(depth), request: generator.below(DifferentialRequests.all.count))
    }

    private mutating func truth(_ depth: Int) -> String {
        if depth <= 0 { return generator.pick(["true", "false", "nil", "tagged(\"blue\")"]) }
        switch generator.below(9) {
        case 0: return "not \(parenthesized(truth(depth - 1)))"
        case 1, 2: return "\(parenthesized(truth(depth - 1))) \(generator.pick(["and", "or"])) \(parenthesized(truth(depth - 1)))"
        case 3, 4: return "\(number(depth - 1)) \(comparison()) \(number(depth - 1))"
        case 5: return "\(text(depth - 1)) \(comparison()) \(text(depth - 1))"
        // Of two types: equal never, ordered never without an error.
        case 6: return "\(text(depth - 1)) \(comparison()) \(number(depth - 1))"
        case 7: return search(depth)
        default: return generator.chance(50) ? text(depth - 1) : number(depth - 1)
        }
    }

    private mutating func comparison() -> String { generator.pick(["==", "~=", "<", "<=", ">", ">="]) }

    private func parenthesized(_ source: String) -> String { "(\(source))" }

    /// A number, mostly; any of the values may be nil.
    private mutating func number(_ depth: Int) -> String {
        if depth <= 0 { return generator.chance(80) ? "\(generator.below(100))" : generator.pick(["0.5", "1e3", "nil", "2.25"]) }
        switch generator.below(8) {
        case 0, 1: return "(\(number(depth - 1)) \(generator.pick(["+", "-"])) \(number(depth - 1)))"
        case 2: return "(\(small()) * \(number(0)))"
        case 3: return "(\(number(depth - 1)) / \(1 + generator.below(9)))"
        case 4: return "(\(small()) % \(1 + generator.below(90)))"
        case 5: return "#\(parenthesized(text(depth - 1)))"
        case 6: return "(tonumber(\(generator.chance(50) ? generator.pick(Self.numericTexts) : "nil or '12'")))"
        default: return "(\(generator.pick(Self.numericTexts)) + \(small()))"
        }
    }

    private mutating func small() -> String { "\(generator.below(40))" }

    private mutating func text(_ depth: Int) -> String {
        if depth <= 0 {
            return generator.chance(60) ? generator.pick(DifferentialRequests.texts) : generator.pick(Self.texts + ["nil"])
        }
        switch generator.below(8) {
        case 0, 1: return "(\(text(depth - 1)) .. \(generator.chance(70) ? text(depth - 1) : small()))"
        case 2: return "(\(text(depth - 1)) or \(text(depth - 1)))"
        case 3: return "((\(text(depth - 1))):\(generator.pick(["lower", "upper", "reverse"]))())"
        case 4: return "((\(text(depth - 1))):sub(\(generator.below(9) - 4), \(generator.below(12) - 4)))"
        case 5: return "((\(text(depth - 1))):rep(\(generator.below(4)), \(generator.pick(Self.texts))))"
        case 6: return "((\(text(depth - 1))):gsub(\"%w\", \(generator.pick(["\"x\"", "\"%0%0\"", "\"%%\"", "\"\""]))))"
        default: return generator.pick(Self.texts)
        }
    }

    private mutating func search(_ depth: Int) -> String {
        let subject = "(\(text(depth - 1)))"
        switch generator.below(4) {
        case 0: return "(\(subject):find(\(generator.pick(Self.patterns))))"
        case 1: return "(\(subject):find(\(generator.pick(Self.texts)), 1, true))"
        case 2: return "(\(subject):byte(\(generator.below(6) + 1)))"
        default: return "(\(subject):match(\(generator.pick(Self.patterns))))"
        }
    }
}
