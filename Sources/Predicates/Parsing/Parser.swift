/// Tokens to a tree: precedence climbing with Lua 5.4's priorities (lparser.c, subexpr).
struct Parser {
    private var lexer: Lexer
    private(set) var token: Token = .end
    /// Where the token begins.
    private(set) var start = 0
    /// Where the token before it ended.
    private var previousEnd = 0
    private var depth = 0

    var source: ExpressionSource { lexer.source }

    /// Reads one whole expression.
    ///
    /// - Parameter readsDurations: whether `30s` is a literal.
    static func parse(_ text: String, place: SourcePlace, readsDurations: Bool) throws(ExpressionError) -> Syntax {
        let source = ExpressionSource(text, place: place)
        var parser = Parser(lexer: try Lexer(source, readsDurations: readsDurations))
        try parser.advance()
        if case .end = parser.token { throw source.error(.syntax, "there is no expression here", at: 0) }
        let tree = try parser.expression()
        try parser.expectEnd()
        return tree
    }

    private init(lexer: Lexer) { self.lexer = lexer }

    private mutating func advance() throws(ExpressionError) {
        previousEnd = lexer.position
        (token, start) = try lexer.next()
    }

    private func isSymbol(_ symbol: Token.Symbol) -> Bool { token == .symbol(symbol) }

    // MARK: - Operators

    /// An expression whose operators all bind tighter than `limit`.
    private mutating func expression(_ limit: Int = 0) throws(ExpressionError) -> Syntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ExpressionLimits.depth else { throw tooDeep(at: start) }
        var left = try operand()
        while let (operation, priorities) = binaryOperator(), priorities.left > limit {
            let focus = start
            try advance()
            let right = try expression(priorities.right)
            left = try node(.binary(operation, left, right), left.range.lowerBound..<right.range.upperBound, focus: focus)
        }
        return left
    }

    private mutating func operand() throws(ExpressionError) -> Syntax {
        let from = start
        switch token {
        case .keyword(.not):
            try advance()
            let operand = try expression(BinaryOperator.unaryPriority)
            return try node(.not(operand), from..<operand.range.upperBound)
        case .symbol(.minus), .symbol(.tilde), .symbol(.hash):
            let operation: UnaryOperator = isSymbol(.minus) ? .negate : isSymbol(.tilde) ? .bitwiseNot : .length
            try advance()
            let operand = try expression(BinaryOperator.unaryPriority)
            return try node(.unary(operation, operand), from..<operand.range.upperBound)
        default:
            return try simple()
        }
    }

    private func binaryOperator() -> (BinaryOperator, (left: Int, right: Int))? {
        let operation: BinaryOperator? =
            switch token {
            case .keyword(.and): .and
            case .keyword(.or): .or
            case .symbol(.concatenation): .concatenation
            case .symbol(let symbol):
                ComparisonOperator(rawValue: symbol.rawValue).map { .comparison($0) }
                    ?? ArithmeticOperator(rawValue: symbol.rawValue).map { .arithmetic($0) }
            default: nil
            }
        return operation.map { ($0, $0.priorities) }
    }

    // MARK: - Operands

    private mutating func simple() throws(ExpressionError) -> Syntax {
        let from = start
        let kind: Syntax.Kind
        switch token {
        case .integer(let value): kind = .integer(value)
        case .float(let value): kind = .float(value)
        case .string(let bytes): kind = .string(bytes)
        case .duration(let microseconds): kind = .duration(microseconds)
        case .keyword(.nil): kind = .nil
        case .keyword(.true): kind = .bool(true)
        case .keyword(.false): kind = .bool(false)
        case .symbol(.openBrace): return try list()
        case .name, .symbol(.openParenthesis): return try suffixed()
        default: throw noExpression()
        }
        try advance()
        return try node(kind, from..<previousEnd)
    }

    /// A name or a parenthesis, with the members, indexes and calls that follow.
    private mutating func suffixed() throws(ExpressionError) -> Syntax {
        let from = start
        var tree: Syntax
        if case .name(let name) = token {
            try advance()
            tree = try node(.name(name), from..<previousEnd)
        } else {
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis, opened: "(", at: from)
            tree = try node(.parenthesized(inner), from..<previousEnd)
        }
        while true {
            switch token {
            case .symbol(.dot):
                try advance()
                let (name, focus) = try memberName("a dot")
                tree = try node(.member(tree, name), from..<previousEnd, focus: focus)
            case .symbol(.openBracket):
                let bracket = start
                try advance()
                let key = try expression()
                try expect(.closeBracket, opened: "[", at: bracket)
                tree = try node(.index(tree, key), from..<previousEnd, focus: key.range.lowerBound)
            case .symbol(.colon):
                try advance()
                let (name, focus) = try memberName("a colon")
                let arguments = try callArguments()
                tree = try node(.method(tree, name, arguments), from..<previousEnd, focus: focus)
            case .symbol(.openParenthesis), .symbol(.openBrace), .string:
                let arguments = try callArguments()
                tree = try node(.call(tree, arguments), from..<previousEnd)
            default:
                return tree
            }
        }
    }

    private mutating func memberName(_ mark: String) throws(ExpressionError) -> (String, Int) {
        guard case .name(let name) = token else {
            throw source.error(.syntax, "a name must follow \(mark), found \(token.name)", at: start, suggestion: memberSuggestion())
        }
        let focus = start
        try advance()
        return (name, focus)
    }

    private func memberSuggestion() -> String? {
        if case .string = token { return "write [\"...\"] for a name in quotes" }
        if case .keyword(let word) = token { return "write [\"\(word.rawValue)\"]: '\(word.rawValue)' is a reserved word" }
        return nil
    }

    private mutating func callArguments() throws(ExpressionError) -> [Syntax] {
        switch token {
        case .string, .symbol(.openBrace):
            return [try simple()]
        case .symbol(.openParenthesis):
            let parenthesis = start
            try advance()
            var arguments: [Syntax] = []
            if !isSymbol(.closeParenthesis) {
                arguments.append(try expression())
                while isSymbol(.comma) {
                    try advance()
                    try checkCount(arguments.count, "arguments")
                    arguments.append(try expression())
                }
            }
            try expect(.closeParenthesis, opened: "(", at: parenthesis)
            return arguments
        default:
            throw source.error(.syntax, "a call needs its arguments in parentheses, found \(token.name)", at: start)
        }
    }

    private mutating func list() throws(ExpressionError) -> Syntax {
        let from = start
        try advance()
        var members: [Syntax] = []
        while !isSymbol(.closeBrace) {
            if isSymbol(.openBracket) { throw keyedList() }
            try checkCount(members.count, "members of a list")
            let member = try expression()
            if isSymbol(.assign) { throw keyedList() }
            members.append(member)
            guard isSymbol(.comma) || isSymbol(.semicolon) else { break }
            try advance()
        }
        try expect(.closeBrace, opened: "{", at: from)
        return try node(.list(members), from..<previousEnd)
    }

    // MARK: - Refusals

    private func checkCount(_ count: Int, _ what: String) throws(ExpressionError) {
        guard count < ExpressionLimits.listMembers else {
            throw source.error(.limit, "more than \(ExpressionLimits.listMembers) \(what)", at: start)
        }
    }

    private func keyedList() -> ExpressionError {
        source.error(.unsupported, "a list holds values only, not keys", at: start, suggestion: "write {\"a\", \"b\"}")
    }

    private mutating func expect(_ symbol: Token.Symbol, opened: String, at opening: Int) throws(ExpressionError) {
        guard isSymbol(symbol) else {
            let column = source.error(.syntax, "", at: opening).place.column
            throw source.error(
                .syntax, "expected '\(symbol.rawValue)' to close the '\(opened)' of column \(column), found \(token.name)", at: start,
                suggestion: joinSuggestion())
        }
        try advance()
    }

    private func expectEnd() throws(ExpressionError) {
        switch token {
        case .end: return
        case .symbol(.assign):
            throw source.error(.syntax, "an expression assigns nothing", at: start, suggestion: "write == to compare")
        default:
            throw source.error(.syntax, "unexpected \(token.name) after the expression", at: start, suggestion: joinSuggestion())
        }
    }

    private func joinSuggestion() -> String? {
        switch token {
        case .symbol(.assign): "write == to compare"
        case .name(let name) where Self.foreignWords[name] != nil: Self.foreignWords[name]
        case .name, .string, .integer, .float, .symbol(.openParenthesis): "join two conditions by 'and' or 'or'"
        default: nil
        }
    }

    private static let foreignWords = [
        "AND": "write 'and' in small letters", "OR": "write 'or' in small letters", "NOT": "write 'not' in small letters",
        "is": "write == to compare", "in": "write oneOf(x, {\"a\", \"b\"})",
    ]

    private func noExpression() -> ExpressionError {
        switch token {
        case .keyword(.function):
            source.error(.unsupported, "functions cannot be written here, only called", at: start)
        case .keyword(.return):
            source.error(.unsupported, "an expression is wanted, not a statement", at: start, suggestion: "leave out 'return'")
        case .keyword(let word) where word.isOfStatements:
            source.error(
                .unsupported, "an expression is wanted, not a statement: '\(word.rawValue)'", at: start,
                suggestion: "write: condition and a or b")
        case .symbol(.ellipsis):
            source.error(.unsupported, "there are no variable arguments", at: start)
        default:
            source.error(.syntax, "an expression is missing: found \(token.name)", at: start)
        }
    }

    private func tooDeep(at offset: Int) -> ExpressionError {
        source.error(
            .limit, "the expression nests more than \(ExpressionLimits.depth) deep", at: offset,
            suggestion: "use oneOf(x, {...}) for a long row of comparisons, or several rules")
    }

    private func node(_ kind: Syntax.Kind, _ range: Range<Int>, focus: Int? = nil) throws(ExpressionError) -> Syntax {
        let tree = Syntax(kind, range, focus: focus)
        guard tree.height <= ExpressionLimits.depth else { throw tooDeep(at: tree.focus) }
        return tree
    }
}
