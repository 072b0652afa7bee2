internal import Foundation

extension JSONValue {
    /// Deeper texts are refused.
    public static let maximumDepth = 512

    /// Reads one JSON text (RFC 8259, UTF-8).
    ///
    /// A number that no finite double is near, a name that occurs twice in an object, and anything after the value are refused.
    /// - Throws: `DecodingError.dataCorrupted` that says at which byte.
    public init(parsing bytes: some Sequence<UInt8>) throws {
        var parser = JSONParser(Array(bytes))
        self = try parser.text()
    }
}

/// A parser by descent over bytes. Foundation's decoder would ask each value for one type after the other and throw at every miss,
/// which costs more than the parsing.
private struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func text() throws -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw failure("something follows the value") }
        return value
    }

    private func failure(_ reason: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "not JSON at byte \(index): \(reason)"))
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { index += 1 }
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth < JSONValue.maximumDepth else { throw failure("nested deeper than \(JSONValue.maximumDepth)") }
        skipSpace()
        guard let byte = next else { throw failure("the text ends") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("a value was expected") }
        index += word.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            index += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            guard let byte = next else { throw failure("the text ends in an array") }
            index += 1
            if byte == UInt8(ascii: "]") { return .array(elements) }
            guard byte == UInt8(ascii: ",") else { throw failure("',' or ']' was expected") }
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if next == UInt8(ascii: "}") {
            index += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name was expected") }
            let name = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw failure("':' was expected") }
            index += 1
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else { throw failure("'\(name)' occurs twice") }
            skipSpace()
            guard let byte = next else { throw failure("the text ends in an object") }
            index += 1
            if byte == UInt8(ascii: "}") { return .object(members) }
            guard byte == UInt8(ascii: ",") else { throw failure("',' or '}' was expected") }
        }
    }

    private mutating func number() throws -> Double {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        let whole = index
        var value: Int64 = 0
        while index < bytes.count, case let digit = bytes[index] &- 48, digit < 10 {
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        let digits = index - whole
        guard digits > 0 else { throw failure("a value was expected") }
        guard digits == 1 || bytes[whole] != 48 else {
            index = whole + 1
            return 0  // what follows the zero is not part of the number, and nothing may follow it
        }
        // Up to fifteen digits are exact as they are.
        if digits <= 15, next != UInt8(ascii: "."), next != UInt8(ascii: "e"), next != UInt8(ascii: "E") {
            return whole > start ? -Double(value) : Double(value)
        }
        return try fraction(from: start)
    }

    /// The rest of a number whose whole digits were read, and its value.
    private mutating func fraction(from start: Int) throws -> Double {
        if next == UInt8(ascii: ".") {
            index += 1
            try skipDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
        }
        guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)), value.isFinite else {
            throw failure("the number is too large")
        }
        return value
    }

    private mutating func skipDigits() throws {
        let start = index
        while index < bytes.count, bytes[index] &- 48 < 10 { index += 1 }
        guard index > start else { throw failure("a digit was expected") }
    }

    private mutating func string() throws -> String {
        index += 1
        var start = index
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                // Without an escape the text is the piece as it stands.
                let piece = bytes[start..<index]
                index += 1
                if !text.isEmpty { text.append(contentsOf: piece) }
                guard let valid = text.isEmpty ? String(validating: piece, as: UTF8.self) : String(validating: text, as: UTF8.self)
                else { throw failure("a string is not UTF-8") }
                return valid
            }
            if byte < 32 { throw failure("a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: bytes[start..<index])
                index += 1
                text.append(contentsOf: try escape())
                start = index
            } else {
                index += 1
            }
        }
        throw failure("the text ends in a string")
    }

    private mutating func escape() throws -> [UInt8] {
        guard let byte = next else { throw failure("the text ends in a string") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw failure("an unknown escape")
        }
    }

    /// What follows `\u`: four digits, or a pair of surrogates.
    private mutating func scalar() throws -> Unicode.Scalar {
        let high = try codeUnit()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), bytes[index...].starts(with: "\\u".utf8) else { throw failure("half a surrogate pair") }
        index += 2
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) else {
            throw failure("half a surrogate pair")
        }
        return scalar
    }

    private mutating func codeUnit() throws -> UInt32 {
        guard index + 4 <= bytes.count, let text = String(validating: bytes[index..<index + 4], as: UTF8.self),
            text.utf8.allSatisfy({ $0 != 43 && $0 != 45 }), let value = UInt32(text, radix: 16)
        else { throw failure("four hexadecimal digits were expected") }
        index += 4
        return value
    }
}
