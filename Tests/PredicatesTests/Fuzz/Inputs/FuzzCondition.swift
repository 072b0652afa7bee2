import Predicates

/// Random conditions over signals: the language of the rollback tree.
struct FuzzCondition {
    var generator: Generator

    static let schema = SignalSchema([
        ("score", .number, 0, 100), ("coverage", .number, 0, 1), ("errors.guilty", .bool, nil, nil), ("latency.guilty", .bool, nil, nil),
        ("logs.anomaly", .number, 0, 1), ("logs.sequence[\"a b\"]", .number, nil, nil), ("slo.breached", .bool, nil, nil),
        ("release.name", .string, nil, nil), ("complete", .bool, nil, nil),
    ])
    private static let flags = ["errors.guilty", "latency.guilty", "slo.breached", "complete", "true", "false"]
    private static let numbers = [
        "score", "coverage", "logs.anomaly", "logs.sequence[\"a b\"]", "75", "0.5", "1", "0", "1e308", "-3", "0x10",
    ]

    mutating func condition(_ depth: Int) -> String {
        if depth <= 0 { return generator.pick(Self.flags) }
        switch generator.below(10) {
        case 0: return "not (\(condition(depth - 1)))"
        case 1, 2, 3: return "\(condition(depth - 1)) \(generator.pick(["and", "or"])) \(condition(depth - 1))"
        case 4: return "held(\(condition(depth - 1)), \(generator.pick(["30s", "1h30m", "500ms", "0s", "9999d", "30"])))"
        case 5: return "(\(condition(depth - 1))) == (\(condition(depth - 1)))"
        case 6: return "release.name \(generator.pick(["==", "<", "~="])) \(generator.pick(["\"v42\"", "release.name", "1"]))"
        default: return "\(number(depth - 1)) \(generator.pick(["<", "<=", ">", ">=", "==", "~="])) \(number(depth - 1))"
        }
    }

    private mutating func number(_ depth: Int) -> String {
        if depth <= 0 || generator.chance(60) { return generator.pick(Self.numbers) }
        return "(\(number(depth - 1)) \(generator.pick(["+", "-", "*", "/", "//", "%", "^"])) \(number(depth - 1)))"
    }

    /// A signal's reading: present, missing, not finite, or of a wrong type.
    mutating func reading() -> ConditionValue? {
        switch generator.below(6) {
        case 0: nil
        case 1: .bool(generator.chance(50))
        case 2: .number(generator.pick([.nan, .infinity, -0.0, 1e308]))
        case 3: .string(generator.pick(["v42", ""]))
        default: .number(Double(generator.below(200)) / 2)
        }
    }
}
