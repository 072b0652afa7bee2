/// A function of the request language that is called with values, by the name that the language gives it.
public enum RequestFunction: String, Sendable, Hashable, CaseIterable {
    /// A version from a text; an error when the text is none, nil for nil.
    case semver
    /// CRC-32 of a text (the polynomial of zlib and `ngx.crc32_short`).
    case crc32
    /// MurmurHash2 of a text, 32 bits, as nginx's `split_clients` hashes.
    case murmur2
    /// MurmurHash3 of a text, 32 bits, with a seed of 0 or the one given.
    case murmur3
    /// `bucket(key [, salt])`: the bucket of `<salt>:<key>` among the 10000 of `split_clients`, 0 to 9999; nil for a key that is nil or
    /// empty. Without a salt the key alone is hashed.
    case bucket
    /// `bucket` over 100, a float from 0.00 to 99.99: `percent(key, salt) < 30` is a split of 30%.
    case percent
    /// Seconds since 1970, from the clock that the request was given.
    case now
    /// `ngx.re.match(subject, pattern [, options])` as a truth value: true or nil. Pattern and options are constants.
    case regexMatch
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
        case .semver, .crc32, .murmur2, .murmur3, .bucket, .percent, .now, .regexMatch, .tonumber, .tostring: false
        default: true
        }
    }

    /// Whether it looks for patterns, whose steps are counted.
    var countsSteps: Bool { [.match, .find, .gsub, .regexMatch].contains(self) }

    /// Types of the parameters, the text of a method first.
    var parameters: [ValueTypes] {
        switch self {
        case .semver: [[.string, .nil]]
        case .crc32, .murmur2: [.text]
        case .murmur3: [.text, .number]
        case .bucket, .percent: [.text.union(.nil), .string]
        case .now: []
        case .regexMatch: [.text, .string, .string]
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
        case .now: 0
        case .match, .find, .sub, .rep, .regexMatch: 2
        case .gsub: 3
        default: 1
        }
    }

    var result: ValueTypes {
        switch self {
        case .semver: [.version, .nil]
        case .crc32, .murmur2, .murmur3, .now, .len: .integer
        case .bucket: [.integer, .nil]
        case .percent: [.float, .nil]
        case .regexMatch: [.truth, .nil]
        case .tonumber: [.integer, .float, .nil]
        case .tostring, .sub, .lower, .upper, .rep, .reverse, .gsub: .string
        case .match: [.string, .integer, .nil]
        case .find, .byte: [.integer, .nil]
        }
    }

    /// The name as it is written, for messages.
    var spelling: String { self == .regexMatch ? "ngx.re.match" : rawValue }

    /// A call as it is written, for messages.
    var usage: String {
        switch self {
        case .semver: "semver(header[\"x-app-version\"])"
        case .crc32, .murmur2, .murmur3: "\(rawValue)(client.address)"
        case .bucket, .percent: "\(rawValue)(cookie.uid, \"salt\")"
        case .now: "now()"
        case .regexMatch: "ngx.re.match(path, \"^/api/v[0-9]+/\", \"jo\")"
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
