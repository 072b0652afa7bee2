/// What a byte can be in a message; a word has the traits of its bytes.
struct ByteTraits: OptionSet, Sendable {
    let rawValue: UInt16

    static let separator = Self(rawValue: 1 << 0)
    static let quote = Self(rawValue: 1 << 1)
    static let colon = Self(rawValue: 1 << 2)
    /// Part of a word, but not as its last byte.
    static let trailing = Self(rawValue: 1 << 3)
    static let digit = Self(rawValue: 1 << 4)
    static let upper = Self(rawValue: 1 << 5)
    static let lower = Self(rawValue: 1 << 6)
    static let underscore = Self(rawValue: 1 << 7)
    static let hexadecimal = Self(rawValue: 1 << 8)
    static let at = Self(rawValue: 1 << 9)
    static let backslash = Self(rawValue: 1 << 10)
    /// A dot or a slash: what qualified names are joined by.
    static let joint = Self(rawValue: 1 << 11)
    /// Beyond ASCII.
    static let foreign = Self(rawValue: 1 << 12)
    static let lineEnd = Self(rawValue: 1 << 13)
    static let symbol = Self(rawValue: 1 << 14)

    static let letter: Self = [.upper, .lower]
    /// What a word of ASCII ends before.
    static let endsWord: Self = [.separator, .quote, .colon, .foreign]

    static let table: [ByteTraits] = (0...255).map { traits(of: UInt8($0)) }

    private static func traits(of byte: UInt8) -> ByteTraits {
        switch byte {
        case 10: return [.separator, .lineEnd]
        case 0...32, 127: return .separator
        case 48...57: return [.digit, .hexadecimal]
        case 65...70: return [.upper, .hexadecimal]
        case 71...90: return .upper
        case 97...102: return [.lower, .hexadecimal]
        case 103...122: return .lower
        case 128...: return .foreign
        default: break
        }
        switch Character(Unicode.Scalar(byte)) {
        case ",", ";", "=", "(", ")", "[", "]", "{", "}", "<", ">", "|", "^", "`": return .separator
        case "\"", "'": return .quote
        case ":": return .colon
        case "!", "?", "-", "*": return [.trailing, .symbol]
        case ".": return [.trailing, .joint]
        case "/": return .joint
        case "_": return .underscore
        case "@": return .at
        case "\\": return .backslash
        default: return .symbol
        }
    }
}
