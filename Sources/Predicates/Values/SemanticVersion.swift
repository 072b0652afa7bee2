/// A version by Semantic Versioning 2.0.0, ordered by its precedence rules. A leading `v` and missing minor and patch numbers are
/// allowed (`v2`, `2.1`); build metadata is read and has no say in order or equality.
public struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A longer text is no version.
    public static let maximumLength = 128

    enum Identifier: Sendable, Hashable {
        case number(UInt64)
        case word([UInt8])
    }

    public let major: UInt64
    public let minor: UInt64
    public let patch: UInt64
    let prerelease: [Identifier]

    public init(major: UInt64, minor: UInt64, patch: UInt64) {
        self.major = major
        self.minor = minor
        self.patch = patch
        prerelease = []
    }

    /// Reads `2.0.0`, `v2.1`, `1.0.0-rc.1+build.5`; nil for anything else.
    public init?(_ text: String) { self.init(bytes: Array(text.utf8)) }

    init?(bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength else { return nil }
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "v") || rest.first == UInt8(ascii: "V") { rest = rest.dropFirst() }
        if let plus = rest.firstIndex(of: UInt8(ascii: "+")) {
            guard Self.identifiers(rest[(plus + 1)...], numbersMayLeadWithZero: true) != nil else { return nil }
            rest = rest[..<plus]
        }
        var prerelease: [Identifier] = []
        if let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
            guard let read = Self.identifiers(rest[(dash + 1)...], numbersMayLeadWithZero: false) else { return nil }
            prerelease = read
            rest = rest[..<dash]
        }
        let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var numbers: [UInt64] = []
        for part in parts {
            guard let number = Self.number(part) else { return nil }
            numbers.append(number)
        }
        major = numbers[0]
        minor = numbers.count > 1 ? numbers[1] : 0
        patch = numbers.count > 2 ? numbers[2] : 0
        self.prerelease = prerelease
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        guard digits.count == 1 || digits.first != 48 else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - 48) }
    }

    /// Whether it has no pre-release.
    var isPlain: Bool { prerelease.isEmpty }

    /// The numbers of a version without pre-release and build metadata and with up to 18 digits each; nil for any other text.
    static func plainNumbers(_ text: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64, UInt64)? {
        var numbers: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var number: UInt64 = 0
        var digits = 0
        var parts = 0
        let start = text.first == UInt8(ascii: "v") || text.first == UInt8(ascii: "V") ? 1 : 0
        for index in start...text.count {
            if index < text.count, Lexer.isDigit(text[index]) {
                guard digits == 0 || number > 0, digits < 18 else { return nil }
                number = number * 10 + UInt64(text[index] - 48)
                digits += 1
                continue
            }
            guard index == text.count || text[index] == UInt8(ascii: "."), digits > 0 else { return nil }
            switch parts {
            case 0: numbers.0 = number
            case 1: numbers.1 = number
            case 2: numbers.2 = number
            default: return nil
            }
            (number, digits, parts) = (0, 0, parts + 1)
        }
        return numbers
    }

    private static func identifiers(_ bytes: ArraySlice<UInt8>, numbersMayLeadWithZero: Bool) -> [Identifier]? {
        var identifiers: [Identifier] = []
        for part in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.allSatisfy({ isIdentifierByte($0) }) else { return nil }
            if part.allSatisfy({ (48...57).contains($0) }), !numbersMayLeadWithZero {
                guard let number = number(part) else { return nil }
                identifiers.append(.number(number))
            } else {
                identifiers.append(.word(Array(part)))
            }
        }
        return identifiers.isEmpty ? nil : identifiers
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
    }

    public var description: String {
        var text = "\(major).\(minor).\(patch)"
        for (index, identifier) in prerelease.enumerated() {
            text += index == 0 ? "-" : "."
            switch identifier {
            case .number(let number): text += "\(number)"
            case .word(let bytes): text += String(decoding: bytes, as: UTF8.self)
            }
        }
        return text
    }

    public static func < (left: Self, right: Self) -> Bool {
        if left.major != right.major { return left.major < right.major }
        if left.minor != right.minor { return left.minor < right.minor }
        if left.patch != right.patch { return left.patch < right.patch }
        // A version with a pre-release comes before the same one without.
        if left.prerelease.isEmpty || right.prerelease.isEmpty { return !left.prerelease.isEmpty && right.prerelease.isEmpty }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
            switch (one, other) {
            case (.number(let a), .number(let b)): return a < b
            case (.number, .word): return true
            case (.word, .number): return false
            case (.word(let a), .word(let b)): return a.lexicographicallyPrecedes(b)
            }
        }
        return left.prerelease.count < right.prerelease.count
    }
}
