@testable import Predicates

/// Random trees of the whole language, as the parser could have made them but for parentheses.
struct RandomSyntax {
    var generator: Generator
    /// Whether lengths of time occur.
    var hasDurations: Bool

    private static let names = ["a", "score", "path", "header", "cookie", "x_1", "_", "tagged", "inCIDR"]
    private static let comparisons = ComparisonOperator.allCases
    private static let arithmetics = ArithmeticOperator.allCases

    mutating func tree(depth: Int) -> Syntax {
        if depth <= 0 || generator.chance(15) { return node(leaf()) }
        let next = depth - 1
        switch generator.below(14) {
        case 0: return node(.not(tree(depth: next)))
        case 1: return node(.unary(generator.pick(UnaryOperator.allCases), tree(depth: next)))
        case 2, 3: return node(.binary(generator.chance(50) ? .and : .or, tree(depth: next), tree(depth: next)))
        case 4, 5: return node(.binary(.comparison(generator.pick(Self.comparisons)), tree(depth: next), tree(depth: next)))
        case 6, 7, 8: return node(.binary(.arithmetic(generator.pick(Self.arithmetics)), tree(depth: next), tree(depth: next)))
        case 9: return node(.binary(.concatenation, tree(depth: next), tree(depth: next)))
        case 10: return node(.member(prefix(next), generator.pick(Self.names)))
        case 11: return node(.index(prefix(next), tree(depth: next)))
        case 12: return node(.call(prefix(next), row(next)))
        default: return node(.method(prefix(next), generator.pick(Self.names), row(next)))
        }
    }

    private func node(_ kind: Syntax.Kind) -> Syntax { Syntax(kind, 0..<0) }

    /// What may stand before a dot; other trees stand in parentheses, which the parser keeps.
    private mutating func prefix(_ depth: Int) -> Syntax {
        let inner = tree(depth: depth)
        switch inner.kind {
        case .name, .member, .index, .call, .method: return inner
        default: return node(.parenthesized(inner))
        }
    }

    private mutating func row(_ depth: Int) -> [Syntax] {
        (0..<generator.below(3)).map { _ in
            generator.chance(15) ? node(.list((0..<generator.below(3)).map { _ in tree(depth: depth - 1) })) : tree(depth: depth)
        }
    }

    private mutating func leaf() -> Syntax.Kind {
        switch generator.below(8) {
        case 0: return .nil
        case 1: return .bool(generator.chance(50))
        case 2: return .integer(generator.chance(50) ? Int64(generator.below(100)) : Int64(bitPattern: generator.next() >> 1))
        case 3: return .float(float())
        case 4: return .string((0..<generator.below(12)).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        case 5: return .string(Array(generator.pick(["", "x-canary", "上海", "a\nb\\\"", "é"]).utf8))
        case 6 where hasDurations: return .duration(Int64(generator.next() >> 16) + 1)
        default: return .name(generator.pick(Self.names))
        }
    }

    private mutating func float() -> Double {
        let value = generator.chance(50) ? Double(generator.below(10_000)) / 100 : Double(bitPattern: generator.next())
        return value.isFinite ? value.magnitude : 0.5
    }
}

extension Syntax {
    /// The same tree without parentheses.
    var withoutParentheses: Syntax {
        let kind: Syntax.Kind =
            switch unwrapped.kind {
            case .member(let object, let name): .member(object.withoutParentheses, name)
            case .index(let object, let key): .index(object.withoutParentheses, key.withoutParentheses)
            case .call(let function, let arguments): .call(function.withoutParentheses, arguments.map(\.withoutParentheses))
            case .method(let object, let name, let arguments):
                .method(object.withoutParentheses, name, arguments.map(\.withoutParentheses))
            case .list(let members): .list(members.map(\.withoutParentheses))
            case .not(let operand): .not(operand.withoutParentheses)
            case .unary(let operation, let operand): .unary(operation, operand.withoutParentheses)
            case .binary(let operation, let left, let right): .binary(operation, left.withoutParentheses, right.withoutParentheses)
            case let other: other
            }
        return Syntax(kind, 0..<0)
    }
}
