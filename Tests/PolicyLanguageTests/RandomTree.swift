import Predicates
import ReleaseModel

/// Random rollback trees over a few signals, with every kind of comparison and every action.
struct RandomTree {
    /// SplitMix64 (Steele, Lea, Flood 2014).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let descriptors = [
        SignalDescriptor(name: "worse", kind: .bool, worse: .true, summary: ""),
        SignalDescriptor(name: "whole", kind: .bool, worse: .false, summary: ""),
        SignalDescriptor(name: "night", kind: .bool, worse: .none, summary: ""),
        SignalDescriptor(name: "score", kind: .number, minimum: 0, maximum: 100, worse: .lower, summary: ""),
        SignalDescriptor(name: "burn", kind: .number, minimum: 0, worse: .higher, summary: ""),
        SignalDescriptor(name: "usual", kind: .number, worse: .none, summary: ""),
        SignalDescriptor(name: "region", kind: .string, worse: .none, summary: ""),
    ]

    var random: Generator
    private var names = 0

    init(seed: UInt64) { random = Generator(state: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    mutating func tree() -> [TreeNode] { nodes(1 + below(4), depth: 0) }

    private mutating func nodes(_ count: Int, depth: Int) -> [TreeNode] {
        (0..<count).map { index in
            names += 1
            let name = "node \(names)"
            let isLast = depth == 0 && index == count - 1
            let condition = isLast && below(3) > 0 ? nil : self.condition(depth: 2)
            if depth < 2, below(5) == 0 { return TreeNode(name: name, condition: condition, nodes: nodes(1 + below(3), depth: depth + 1)) }
            return TreeNode(name: name, condition: condition, action: action())
        }
    }

    private mutating func action() -> TreeAction {
        switch below(12) {
        case 0...3: .advance
        case 4: .hold
        case 5: .holdFor(.seconds(60), otherwise: pick([.ask, .rollback, .stepDown, .pause, .freeze]))
        case 6: .observe(.seconds(60), otherwise: pick(TreeAction.LaterAction.allCases))
        case 7: .ask(nil)
        case 8: pick([.pause, .freeze])
        case 9: .stepDown
        default: .rollback
        }
    }

    mutating func condition(depth: Int, isInner: Bool = false) -> String {
        guard depth > 0, below(4) > 0 else { return atom() }
        switch below(isInner ? 4 : 5) {
        case 0: return "not (\(condition(depth: depth - 1, isInner: isInner)))"
        case 1: return "(\(condition(depth: depth - 1, isInner: isInner))) == (\(condition(depth: depth - 1, isInner: isInner)))"
        case 2: return "(\(condition(depth: depth - 1, isInner: isInner)) or \(condition(depth: depth - 1, isInner: isInner)))"
        case 3: return "(\(condition(depth: depth - 1, isInner: isInner)) and \(condition(depth: depth - 1, isInner: isInner)))"
        default: return "held(\(condition(depth: depth - 1, isInner: true)), 30s)"
        }
    }

    private mutating func atom() -> String {
        let comparison = pick(["<", "<=", ">", ">=", "==", "~="])
        switch below(12) {
        case 0...2: return pick(["worse", "worse", "whole", "not whole", "night"])
        case 3...5: return "score \(comparison) \(pick([25, 50, 75]))"
        case 6: return "burn \(comparison) \(pick([1, 2]))"
        case 7: return "\(pick([25, 50])) \(comparison) score"
        case 8: return "burn * 2 + 1 \(comparison) \(pick([3, 5]))"
        case 9: return "burn \(comparison) usual"
        case 10: return "region \(pick(["==", "~="])) \(pick(["\"sh\"", "\"bj\""]))"
        default: return pick(["rising(burn, 5m)", "falling(score, 5m)", "above(burn, percentile(99, usual, 1h))", "score - 10 * burn < 5"])
        }
    }
}
