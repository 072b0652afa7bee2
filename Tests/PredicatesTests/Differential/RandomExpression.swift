/// Random expressions that both Lua and the request language understand, as source text.
///
/// Calls stand in parentheses: in Lua that keeps their first value only, which is what a call has here.
struct RandomExpression {
    var generator: Generator

    static let fields = DifferentialRequests.texts
    static let numbers = [
        "0", "1", "2", "3", "7", "10", "64", "-1", "255", "0x10", "0xffffffffffffffff", "9223372036854775807", "-9223372036854775807",
        "0x7fffffffffffffff", "0x8000000000000000", "1.0", "0.5", "-0.0", "1.5", "2^53", "1e15", "1e100", "1e308", "5e-324", "3.14",
        "1e999",
        "-1e999", "(0/0)", "9007199254740993", "9007199254740992.0", "9223372036854775808", "-9223372036854775808.0", "63", "65", "-64",
        "1e14",
        "123456.789e3", "0x1p-2", "0xA.8p0", ".5", "3.",
    ]
    static let strings = [
        "\"\"", "\"a\"", "\"abc\"", "'10'", "\"0x10\"", "\" 5 \"", "\"1e1\"", "\"-3.5\"", "\"abc\\0def\"", "\"\\xff\\xfe\"", "[[long]]",
        "\"%d+\"", "\"/api/v1/users\"", "\"true\"", "\"nan\"", "\"inf\"", "\"é\"", "\"ABC\"", "'9223372036854775807'",
        "'9223372036854775808'",
    ]
    static let patterns = [
        "\".\"", "\"%d+\"", "\"^/api\"", "\"(%w+)/(%w+)\"", "\"()b()\"", "\"%a*$\"", "\"[^/]+\"", "\"[a-c%d]-x?\"", "\"%b()\"",
        "\"%f[%w]%w+\"",
        "\"(a)(b)%1\"", "\"\"", "\"^\"", "\"$\"", "\"a-\"", "\"%\"", "\"[\"", "\"[a\"", "\"(\"", "\"(a\"", "\")\"", "\"%1\"", "\"%f\"",
        "\"%bx\"",
        "\"[]]\"", "\"[^]]\"", "\"[a-]\"", "\"[%a-z]\"", "\"%x%x\"", "\".-(%d*)$\"", "\"%p\"", "\"%S+\"", "\"a.c\"", "\"%.\"", "\"[%]]\"",
        "\"(()x)\"", "\"x*y+z?\"", "\"%z\"", "\"\\0\"", "\"[\\0-\\x1f]\"", "\"%U%L%A\"",
    ]
    static let replacements = ["\"x\"", "\"%0%0\"", "\"%1\"", "\"%2\"", "\"%%\"", "\"%\"", "\"%a\"", "\"\"", "\"[%1]\""]
    static let binary = [
        "+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or",
    ]

    mutating func expression(depth: Int) -> String {
        if depth <= 0 || generator.chance(12) { return leaf() }
        switch generator.below(10) {
        case 0: return generator.pick(["not ", "- ", "~", "#"]) + operand(depth)
        case 1, 2: return call(depth)
        default: return "\(operand(depth)) \(generator.pick(Self.binary)) \(operand(depth))"
        }
    }

    /// One operator between two operands of wanted kinds.
    mutating func operation(_ symbol: String, _ left: RandomOperand.Kind, _ right: RandomOperand.Kind) -> LuaProcess.Case {
        let first = RandomOperand.make(left, name: "header[\"v\"]", &generator)
        let second = RandomOperand.make(right, name: "header[\"w\"]", &generator)
        return LuaProcess.Case(
            source: "\(first.source) \(symbol) \(second.source)", v: first.value, w: second.value, request: request())
    }

    /// One operator before an operand of a wanted kind.
    mutating func operation(_ symbol: String, _ kind: RandomOperand.Kind) -> LuaProcess.Case {
        let operand = RandomOperand.make(kind, name: "header[\"v\"]", &generator)
        return LuaProcess.Case(source: symbol + operand.source, v: operand.value, w: nil, request: request())
    }

    /// A whole expression over one of the requests.
    mutating func anything(depth: Int) -> LuaProcess.Case {
        let source = expression(depth: depth)
        return LuaProcess.Case(
            source: source, v: generator.chance(60) ? RandomOperand.arbitrary(&generator) : nil,
            w: generator.chance(60) ? RandomOperand.arbitrary(&generator) : nil, request: request())
    }

    private mutating func request() -> Int { generator.chance(30) ? 0 : generator.below(DifferentialRequests.all.count) }

    private mutating func operand(_ depth: Int) -> String {
        let inner = expression(depth: depth - 1)
        return generator.chance(40) ? "(\(inner))" : inner
    }

    private mutating func leaf() -> String {
        switch generator.below(10) {
        case 0: "nil"
        case 1: generator.pick(["true", "false"])
        case 2, 3, 4: generator.pick(Self.numbers)
        case 5, 6: generator.pick(Self.strings)
        case 7: generator.chance(50) ? "header[\"v\"]" : "header[\"w\"]"
        default: generator.pick(Self.fields)
        }
    }

    private mutating func small() -> String { generator.chance(85) ? "\(generator.below(12) - 4)" : leaf() }

    private mutating func call(_ depth: Int) -> String {
        let subject = generator.chance(50) ? generator.pick(Self.fields) : generator.pick(Self.strings)
        let text = generator.chance(80) ? subject : expression(depth: depth - 1)
        let pattern = generator.chance(90) ? generator.pick(Self.patterns) : leaf()
        let arguments: (name: String, row: [String])
        switch generator.below(14) {
        case 0: arguments = ("match", [pattern] + optional(small()))
        case 1: arguments = ("match", [pattern])
        case 2: arguments = ("find", [pattern] + optional(small()))
        case 3: arguments = ("find", [pattern, small(), generator.pick(["true", "false", "nil", "1"])])
        case 4: arguments = ("sub", [small()] + optional(small()))
        case 5: arguments = (generator.pick(["lower", "upper", "len", "reverse"]), [])
        case 6: arguments = ("byte", optional(small()))
        case 7: arguments = ("rep", ["\(generator.below(6) - 1)"] + optional(generator.pick(Self.strings)))
        case 8, 9: arguments = ("gsub", [pattern, generator.pick(Self.replacements)] + optional(small()))
        case 10: return "(tonumber(\(text)))"
        case 11: return "(tostring(\(text)))"
        case 12: return hash(text)
        default: return membership(text)
        }
        let row = arguments.row.joined(separator: ", ")
        if generator.chance(30) { return "(string.\(arguments.name)(\(text)\(row.isEmpty ? "" : ", ")\(row)))" }
        return "((\(text)):\(arguments.name)(\(row)))"
    }

    private mutating func hash(_ text: String) -> String {
        switch generator.below(6) {
        case 0: "crc32(\(text))"
        case 1: "murmur2(\(text))"
        case 2: "murmur3(\(text)\(generator.chance(50) ? ", \(small())" : ""))"
        case 3: "bucket(\(text)\(generator.chance(50) ? ", \"salt\"" : ""))"
        case 4: "percent(\(text)\(generator.chance(50) ? ", 'checkout/1'" : ""))"
        default: "now()"
        }
    }

    private mutating func membership(_ text: String) -> String {
        if generator.chance(30) { return generator.pick(["tagged(\"blue\")", "tagged('red')"]) }
        let members = (0...generator.below(4)).map { _ in generator.chance(50) ? generator.pick(Self.strings) : generator.pick(Self.numbers)
        }
        return "oneOf(\(text), {\(members.joined(separator: ", "))})"
    }

    private mutating func optional(_ argument: String) -> [String] { generator.chance(40) ? [argument] : [] }
}
