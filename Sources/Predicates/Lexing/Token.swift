/// One word of an expression.
enum Token: Sendable, Equatable {
    case integer(Int64)
    case float(Double)
    case string([UInt8])
    /// Microseconds.
    case duration(Int64)
    case name(String)
    case keyword(Keyword)
    case symbol(Symbol)
    case end

    /// Lua's reserved words. Those of statements are read so that they can be refused by name.
    enum Keyword: String, Sendable, CaseIterable {
        case and, or, not, `nil`, `true`, `false`
        case `break`, `do`, `else`, elseif, end, `for`, function, goto, `if`, `in`, local, `repeat`, `return`, then, until, `while`

        var isOfStatements: Bool {
            switch self {
            case .and, .or, .not, .nil, .true, .false: false
            default: true
            }
        }
    }

    enum Symbol: String, Sendable {
        case ellipsis = "..."
        case concatenation = ".."
        case equal = "=="
        case notEqual = "~="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case floorDivide = "//"
        case doubleColon = "::"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case caret = "^"
        case hash = "#"
        case ampersand = "&"
        case tilde = "~"
        case bar = "|"
        case less = "<"
        case greater = ">"
        case assign = "="
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBrace = "{"
        case closeBrace = "}"
        case openBracket = "["
        case closeBracket = "]"
        case semicolon = ";"
        case colon = ":"
        case comma = ","
        case dot = "."
    }
}

extension Token {
    /// The token as an error message names it.
    var name: String {
        switch self {
        case .integer, .float: "a number"
        case .string: "a string"
        case .duration: "a length of time"
        case .name(let name): "'\(name)'"
        case .keyword(let word): "'\(word.rawValue)'"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end"
        }
    }
}

extension Token.Symbol {
    /// The longest symbol that begins with these bytes (0 beyond the end), and its length.
    static func longest(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> (symbol: Token.Symbol, length: Int)? {
        switch (first, second) {
        case (UInt8(ascii: "."), UInt8(ascii: ".")): third == UInt8(ascii: ".") ? (.ellipsis, 3) : (.concatenation, 2)
        case (UInt8(ascii: "="), UInt8(ascii: "=")): (.equal, 2)
        case (UInt8(ascii: "~"), UInt8(ascii: "=")): (.notEqual, 2)
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): (.lessOrEqual, 2)
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): (.greaterOrEqual, 2)
        case (UInt8(ascii: "<"), UInt8(ascii: "<")): (.shiftLeft, 2)
        case (UInt8(ascii: ">"), UInt8(ascii: ">")): (.shiftRight, 2)
        case (UInt8(ascii: "/"), UInt8(ascii: "/")): (.floorDivide, 2)
        case (UInt8(ascii: ":"), UInt8(ascii: ":")): (.doubleColon, 2)
        default: single(first).map { ($0, 1) }
        }
    }

    private static func single(_ byte: UInt8) -> Token.Symbol? {
        switch byte {
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .star
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "%"): .percent
        case UInt8(ascii: "^"): .caret
        case UInt8(ascii: "#"): .hash
        case UInt8(ascii: "&"): .ampersand
        case UInt8(ascii: "~"): .tilde
        case UInt8(ascii: "|"): .bar
        case UInt8(ascii: "<"): .less
        case UInt8(ascii: ">"): .greater
        case UInt8(ascii: "="): .assign
        case UInt8(ascii: "("): .openParenthesis
        case UInt8(ascii: ")"): .closeParenthesis
        case UInt8(ascii: "{"): .openBrace
        case UInt8(ascii: "}"): .closeBrace
        case UInt8(ascii: "["): .openBracket
        case UInt8(ascii: "]"): .closeBracket
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: "."): .dot
        default: nil
        }
    }
}
