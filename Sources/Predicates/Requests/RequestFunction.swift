/// A function of the request language that is called with values, by the name that the language gives it.
public enum RequestFunction: String, Sendable, Hashable, CaseIterable {
    /// A version from a text; an error when the text is none, nil for nil.
    case semver
    /// CRC-32 of a text (the polynomial of zlib and `ngx.crc32_short`).
    case crc32
    /// A number from a text, nil when it is none.
    case tonumber
    case tostring
    /// `text:match(pattern)` with a Lua pattern: the first capture, or the whole match, or nil.
    case match
    /// `text:find(pattern [, start [, plain]])`: the position of the first match from 1, or nil.
    case find
    /// `text:sub(first [, last])`
    case sub
    case lower
    case upper
    /// Bytes of a text.
    case len
    /// `text:byte([position])`
    case byte
    /// `text:rep(count [, separator])`
    case rep
    case reverse
    /// `text:gsub(pattern, replacement [, count])`: the text with matches replaced.
    case gsub
}

extension RequestFunction {
    /// Whether it is written as a method of a text (`path:match("^/api/")`).
    var isMethod: Bool {
        switch self {
        case .semver, .crc32, .tonumber, .tostring: false
        default: true
        }
    }

    /// Types of the parameters, the text of a method first.
    var parameters: [ValueTypes] {
        switch self {
        case .semver: [[.string, .nil]]
        case .crc32: [.text]
        case .tonumber, .tostring: [.all]
        case .match: [.text, .text, .number]
        case .find: [.text, .text, .number, .all]
        case .sub: [.text, .number, .number]
        case .lower, .upper, .len, .reverse: [.text]
        case .byte: [.text, .number]
        case .rep: [.text, .number, .text]
        case .gsub: [.text, .text, .text, .number]
        }
    }

    /// How many parameters must be given.
    var required: Int {
        switch self {
        case .match, .find, .sub, .rep: 2
        case .gsub: 3
        default: 1
        }
    }

    var result: ValueTypes {
        switch self {
        case .semver: [.version, .nil]
        case .crc32, .len: .integer
        case .tonumber: [.integer, .float, .nil]
        case .tostring, .sub, .lower, .upper, .rep, .reverse, .gsub: .string
        case .match: [.string, .integer, .nil]
        case .find, .byte: [.integer, .nil]
        }
    }

    /// A call as it is written, for messages.
    var usage: String {
        switch self {
        case .semver: "semver(header[\"x-app-version\"])"
        case .crc32: "crc32(client.address)"
        case .tonumber, .tostring: "\(rawValue)(x)"
        case .match: "path:match(\"^/api/\")"
        case .find: "path:find(\"api\")"
        case .sub: "path:sub(1, 5)"
        case .rep: "path:rep(2)"
        case .gsub: "path:gsub(\"/+$\", \"\")"
        default: "path:\(rawValue)()"
        }
    }
}
