/// The types that a value may have when a request is evaluated.
struct ValueTypes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let `nil` = ValueTypes(rawValue: 1)
    static let bool = ValueTypes(rawValue: 2)
    static let integer = ValueTypes(rawValue: 4)
    static let float = ValueTypes(rawValue: 8)
    static let string = ValueTypes(rawValue: 16)
    static let version = ValueTypes(rawValue: 32)

    /// What stands for a table of captures: true in a condition, and equal to nothing.
    static let truth = ValueTypes(rawValue: 64)

    static let number: ValueTypes = [.integer, .float]
    /// What Lua takes for a text: a string, or a number that it prints.
    static let text: ValueTypes = [.string, .integer, .float]
    static let all: ValueTypes = [.nil, .bool, .integer, .float, .string, .version, .truth]

    /// What may be false in a condition.
    var falsy: ValueTypes { intersection([.nil, .bool]) }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(of value: LuaValue) {
        switch value {
        case .nil: self = .nil
        case .bool: self = .bool
        case .integer: self = .integer
        case .float: self = .float
        case .string: self = .string
        case .version: self = .version
        }
    }

    /// In words: `a text or nil`.
    var words: String {
        var words: [String] = []
        if contains(.string) { words.append("a text") }
        if !isDisjoint(with: .number) { words.append("a number") }
        if contains(.bool) { words.append("true or false") }
        if contains(.version) { words.append("a version") }
        if contains(.truth) { words.append("a match") }
        if contains(.nil) { words.append("nil") }
        return words.isEmpty ? "nothing" : words.joined(separator: " or ")
    }
}
