@testable import Predicates

/// Random Lua patterns, subjects that they may match, and the methods that take them.
struct RandomPattern {
    var generator: Generator

    private static let alphabet = Array("ab1/().%-*+?[]^$ xlfb0".utf8)
    private static let classes = [
        "%a", "%d", "%w", "%s", "%p", "%x", "%u", "%l", "%c", "%g", "%A", "%D", "%W", "%S", ".", "a", "b", "/", "%.",
    ]
    private static let replacements = ["<%0>", "%1", "%2", "%%", "%", "%a", "", "[%1]", "%0%0"]

    /// One call, its subject and pattern written or carried by the request.
    mutating func anything() -> LuaProcess.Case {
        let pattern = generator.chance(50) ? text(8) : wellFormed()
        let subject =
            generator.chance(80) ? text(14) : Array(RandomOperand.arbitrary(&generator).prefix(Self.subjectBytes(for: pattern)))
        let carriesSubject = generator.chance(60) || subject.count > RandomOperand.writtenBytes
        let carriesPattern = generator.chance(20)
        let receiver = carriesSubject ? "header[\"v\"]" : "(\(ExpressionPrinter.quoted(subject)))"
        let wanted = carriesPattern ? "header[\"w\"]" : ExpressionPrinter.quoted(pattern)
        return LuaProcess.Case(
            source: "(\(receiver):\(call(wanted)))", v: carriesSubject ? subject : nil, w: carriesPattern ? pattern : nil)
    }

    /// Lua's matcher takes up to n^(k+1) steps for k repetitions over n bytes, and nothing stops it.
    private static func subjectBytes(for pattern: [UInt8]) -> Int {
        switch pattern.count(where: { Array("*+-?".utf8).contains($0) }) {
        case 0, 1: 1000
        case 2: 100
        default: 20
        }
    }

    private mutating func call(_ pattern: String) -> String {
        switch generator.below(8) {
        case 0, 1: "match(\(pattern))"
        case 2: "match(\(pattern), \(generator.below(20) - 8))"
        case 3: "find(\(pattern))"
        case 4: "find(\(pattern), \(generator.below(20) - 8))"
        case 5: "find(\(pattern), \(generator.below(9) - 3), true)"
        case 6: "gsub(\(pattern), \"\(generator.pick(Self.replacements))\", \(generator.below(5) - 1))"
        default: "gsub(\(pattern), \"\(generator.pick(Self.replacements))\")"
        }
    }

    private mutating func text(_ length: Int) -> [UInt8] {
        (0..<generator.below(length)).map { _ in Self.alphabet[generator.below(Self.alphabet.count)] }
    }

    /// A pattern of items that are right by themselves, so that most of it matches something.
    private mutating func wellFormed() -> [UInt8] {
        var pattern = generator.chance(25) ? "^" : ""
        var open = 0
        var closed = 0
        for _ in 0..<(1 + generator.below(5)) {
            switch generator.below(10) {
            case 0:
                pattern += "("
                open += 1
            case 1 where open > 0:
                pattern += ")"
                open -= 1
                closed += 1
            case 2 where closed > 0: pattern += "%\(1 + generator.below(closed))"
            case 3: pattern += generator.pick(["%b()", "%b//", "%f[%a]", "%f[^%w]", "()"])
            case 4: pattern += set() + generator.pick(["", "*", "+", "-", "?"])
            default: pattern += generator.pick(Self.classes) + generator.pick(["", "", "*", "+", "-", "?"])
            }
        }
        pattern += String(repeating: ")", count: open)
        return Array((generator.chance(20) ? pattern + "$" : pattern).utf8)
    }

    private mutating func set() -> String {
        let members = (0...generator.below(3)).map { _ in generator.pick(["a-c", "%d", "%a", "/", "0-9", "^", "%]", "-", "x", "%-"]) }
        return "[" + (generator.chance(30) ? "^" : "") + members.joined() + "]"
    }
}
