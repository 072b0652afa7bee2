import Foundation
import Hashing

/// Finds the parts of a JSON text without copying them: a flat list of tokens, each of which knows where its value ends.
///
/// The list is used again for the next text, so that a million entries cost no allocation. It reads what RFC 8259 allows; deeper nesting
/// than `maximumDepth` and texts of 2 GB are refused.
struct JSONScanner {
    static let maximumDepth = 512

    enum Kind: UInt8 { case object, array, string, number, word }

    struct Token {
        var kind: Kind
        /// True for a string with a backslash in it.
        var isEscaped: Bool
        /// Of the text: without the quotes of a string.
        var start: Int32
        var end: Int32
        /// The token after this value.
        var next: Int32
    }

    private(set) var tokens: [Token] = []
    private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var place = 0
    /// Where the value that is read must end.
    private var limit = 0

    /// Reads one value. The text must live as long as the tokens are asked about.
    ///
    /// - Returns: false when the text is not one JSON value.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        begin(bytes)
        return scanNext(0..<bytes.count) != nil
    }

    /// Takes a text of several values, which `scanNext` reads one by one; their tokens follow on each other.
    mutating func begin(_ bytes: UnsafeBufferPointer<UInt8>) {
        tokens.removeAll(keepingCapacity: true)
        text = bytes
    }

    /// Reads the value that a part of the text is.
    ///
    /// - Returns: its token; nil when the part is not one JSON value, or lies too far within the text.
    mutating func scanNext(_ range: Range<Int>) -> Int? {
        guard range.upperBound < Int(Int32.max) else { return nil }
        let root = tokens.count
        place = range.lowerBound
        limit = range.upperBound
        guard value(depth: 0) else {
            tokens.removeLast(tokens.count - root)
            return nil
        }
        skipSpace()
        guard place == limit else {
            tokens.removeLast(tokens.count - root)
            return nil
        }
        return root
    }

    @inline(__always) private mutating func skipSpace() {
        while place < limit, text[place] == 32 || text[place] == 10 || text[place] == 13 || text[place] == 9 { place += 1 }
    }

    private mutating func value(depth: Int) -> Bool {
        skipSpace()
        guard place < limit, depth < Self.maximumDepth else { return false }
        let index = tokens.count
        switch text[place] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = text[place] == UInt8(ascii: "{")
            tokens.append(Token(kind: isObject ? .object : .array, isEscaped: false, start: Int32(place), end: 0, next: 0))
            place += 1
            guard members(isObject: isObject, close: isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), depth: depth) else { return false }
            tokens[index].end = Int32(place)
        case UInt8(ascii: "\""): guard string() else { return false }
        case UInt8(ascii: "t"): guard word("true") else { return false }
        case UInt8(ascii: "f"): guard word("false") else { return false }
        case UInt8(ascii: "n"): guard word("null") else { return false }
        default: guard number() else { return false }
        }
        tokens[index].next = Int32(tokens.count)
        return true
    }

    private mutating func members(isObject: Bool, close: UInt8, depth: Int) -> Bool {
        skipSpace()
        if place < limit, text[place] == close {
            place += 1
            return true
        }
        while true {
            if isObject {
                skipSpace()
                guard place < limit, text[place] == UInt8(ascii: "\""), string() else { return false }
                tokens[tokens.count - 1].next = Int32(tokens.count)
                skipSpace()
                guard place < limit, text[place] == UInt8(ascii: ":") else { return false }
                place += 1
            }
            guard value(depth: depth + 1) else { return false }
            skipSpace()
            guard place < limit else { return false }
            place += 1
            if text[place - 1] == close { return true }
            guard text[place - 1] == UInt8(ascii: ",") else { return false }
        }
    }

    private mutating func string() -> Bool {
        let start = place + 1
        var at = start
        var isEscaped = false
        let bytes = UnsafeRawBufferPointer(text)
        while at < limit {
            // Eight bytes at a time, up to the first that means something.
            while at + 8 <= limit {
                let marks = Self.marks(in: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
                at += marks.trailingZeroBitCount / 8
                if marks != 0 { break }
            }
            guard at < limit else { return false }
            let byte = text[at]
            if byte == UInt8(ascii: "\"") {
                tokens.append(Token(kind: .string, isEscaped: isEscaped, start: Int32(start), end: Int32(at), next: 0))
                place = at + 1
                return true
            }
            if byte < 32 { return false }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                at += 1
            }
            at += 1
        }
        return false
    }

    /// The highest bit of each byte that is a quote, a backslash or a control character; above the first of them there may be false ones.
    @inline(__always) private static func marks(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        let control = (word &- ones &* 32) & ~word
        return (zeros(word ^ ones &* 0x22) | zeros(word ^ ones &* 0x5C) | control) & (ones &* 0x80)
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard place + length <= limit else { return false }
        for offset in 0..<length where text[place + offset] != word.utf8Start[offset] { return false }
        tokens.append(Token(kind: .word, isEscaped: false, start: Int32(place), end: Int32(place + length), next: 0))
        place += length
        return true
    }

    private mutating func number() -> Bool {
        let start = place
        while place < limit {
            switch text[place] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"):
                place += 1
            default:
                guard place > start else { return false }
                tokens.append(Token(kind: .number, isEscaped: false, start: Int32(start), end: Int32(place), next: 0))
                return true
            }
        }
        guard place > start else { return false }
        tokens.append(Token(kind: .number, isEscaped: false, start: Int32(start), end: Int32(place), next: 0))
        return true
    }
}

extension JSONScanner {
    /// The value under a name; nil where there is none or `object` is no object.
    func member(_ object: Int, _ name: StaticString) -> Int? {
        guard tokens[object].kind == .object else { return nil }
        var at = object + 1
        let end = Int(tokens[object].next)
        while at < end {
            if isText(at, name) { return at + 1 }
            at = Int(tokens[at + 1].next)
        }
        return nil
    }

    func member(_ object: Int?, _ name: StaticString) -> Int? { object.flatMap { member($0, name) } }

    /// The elements of an array; none for another value.
    func elements(_ array: Int?) -> [Int] {
        guard let array, tokens[array].kind == .array else { return [] }
        var found: [Int] = []
        var at = array + 1
        while at < Int(tokens[array].next) {
            found.append(at)
            at = Int(tokens[at].next)
        }
        return found
    }

    /// Names and values of an object, in order.
    func members(_ object: Int?) -> [(name: Int, value: Int)] {
        guard let object, tokens[object].kind == .object else { return [] }
        var found: [(Int, Int)] = []
        var at = object + 1
        while at < Int(tokens[object].next) {
            found.append((at, at + 1))
            at = Int(tokens[at + 1].next)
        }
        return found
    }

    /// True when a string is exactly this one (which needs no escapes).
    func isText(_ token: Int, _ expected: StaticString) -> Bool {
        let length = Int(tokens[token].end - tokens[token].start)
        guard tokens[token].kind == .string, length == expected.utf8CodeUnitCount else { return false }
        let start = Int(tokens[token].start)
        for offset in 0..<length where text[start + offset] != expected.utf8Start[offset] { return false }
        return true
    }

    /// True when a string's bytes, as they stand there, are those of a text that needs no escapes.
    func isText(_ token: Int?, of text: String) -> Bool {
        guard let token, tokens[token].kind == .string, !tokens[token].isEscaped else { return false }
        var text = text
        return text.withUTF8 { Self.same(bytes(token), UnsafeRawBufferPointer($0)) }
    }

    /// True when two values stand there in the same bytes: a number and the text of its digits, say.
    func same(_ left: Int, _ right: Int) -> Bool { Self.same(bytes(left), bytes(right)) }

    static func same(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let left = left.baseAddress, let right2 = right.baseAddress else { return true }
        return memcmp(left, right2, right.count) == 0
    }

    /// The value under a name given by its bytes.
    func member(_ object: Int, named name: [UInt8]) -> Int? {
        name.withUnsafeBytes { name in
            var at = object + 1
            let end = Int(tokens[object].next)
            while at < end {
                if Self.same(bytes(at), name) { return at + 1 }
                at = Int(tokens[at + 1].next)
            }
            return nil
        }
    }

    /// The digest that a text of hexadecimal digits spells, behind `\x` where PostgreSQL has written it; nil for another text.
    func digest(_ token: Int?) -> InlineDigest? {
        guard let token, tokens[token].kind == .string else { return nil }
        let text = bytes(token)
        // The backslash is escaped.
        let skipped = text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "\\"), UInt8(ascii: "x")]) ? 3 : 0
        guard text.count == skipped + 64 else { return nil }
        func nibble(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 48...57: byte - 48
            case 97...102: byte - 87
            default: nil
            }
        }
        return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
            for place in 0..<32 {
                guard let high = nibble(text[skipped + 2 * place]), let low = nibble(text[skipped + 2 * place + 1]) else { return nil }
                output[place] = high << 4 | low
            }
            return InlineDigest(bytes: UnsafeRawBufferPointer(output))
        }
    }

    /// The bytes that PostgreSQL has written as hexadecimal digits behind `\x`; nil for another text.
    func content(ofBytes token: Int) -> [UInt8]? {
        guard tokens[token].kind == .string else { return nil }
        let text = bytes(token)
        guard text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "\\"), UInt8(ascii: "x")]), text.count % 2 == 1 else { return nil }
        var isRight = true
        func nibble(_ byte: UInt8) -> UInt8 {
            switch byte {
            case 48...57: return byte - 48
            case 97...102: return byte - 87
            default:
                isRight = false
                return 0
            }
        }
        let content = [UInt8](unsafeUninitializedCapacity: (text.count - 3) / 2) { output, count in
            count = (text.count - 3) / 2
            for place in 0..<count { output[place] = nibble(text[3 + 2 * place]) << 4 | nibble(text[4 + 2 * place]) }
        }
        return isRight ? content : nil
    }

    /// The whole number that a text spells.
    func number(inText token: Int?) -> Int64? {
        guard let token, tokens[token].kind == .string else { return nil }
        return Self.number(bytes(token))
    }

    fileprivate static func number(_ digits: UnsafeRawBufferPointer) -> Int64? {
        guard let first = digits.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        guard digits.count > (isNegative ? 1 : 0), digits.count < 19 else { return Int64(String(decoding: digits, as: UTF8.self)) }
        var value: Int64 = 0
        for digit in digits[(isNegative ? 1 : 0)...] {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 48)
        }
        return isNegative ? -value : value
    }

    /// The time that a text says; nil for another text.
    func moment(_ token: Int?) -> Int64? {
        guard let token, tokens[token].kind == .string else { return nil }
        return Moment.microseconds(of: bytes(token))
    }

    /// The bytes that stand for a value, the braces of an object included.
    func bytes(_ token: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[Int(tokens[token].start)..<Int(tokens[token].end)])
    }

    /// A string's content; nil for another value or a wrong escape.
    func string(_ token: Int?) -> String? {
        guard let token, tokens[token].kind == .string else { return nil }
        if !tokens[token].isEscaped { return String(validating: bytes(token), as: UTF8.self) }
        return unescaped(token).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A string's content as bytes.
    func unescaped(_ token: Int) -> [UInt8]? {
        guard tokens[token].kind == .string else { return nil }
        guard tokens[token].isEscaped else { return Array(bytes(token)) }
        let source = bytes(token)
        var output: [UInt8] = []
        output.reserveCapacity(source.count)
        var at = 0
        while at < source.count {
            guard source[at] == UInt8(ascii: "\\") else {
                output.append(source[at])
                at += 1
                continue
            }
            guard at + 1 < source.count else { return nil }
            switch source[at + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(source[at + 1])
            case UInt8(ascii: "b"): output.append(8)
            case UInt8(ascii: "f"): output.append(12)
            case UInt8(ascii: "n"): output.append(10)
            case UInt8(ascii: "r"): output.append(13)
            case UInt8(ascii: "t"): output.append(9)
            case UInt8(ascii: "u"):
                guard let (scalar, length) = Self.scalar(source, at) else { return nil }
                output.append(contentsOf: Array(String(Character(scalar)).utf8))
                at += length
                continue
            default: return nil
            }
            at += 2
        }
        return output
    }

    /// `\uXXXX`, or two of them for one scalar.
    private static func scalar(_ source: UnsafeRawBufferPointer, _ at: Int) -> (Unicode.Scalar, length: Int)? {
        func unit(_ start: Int) -> UInt32? {
            guard start + 6 <= source.count, source[start] == UInt8(ascii: "\\"), source[start + 1] == UInt8(ascii: "u") else { return nil }
            return UInt32(String(decoding: source[start + 2..<start + 6], as: UTF8.self), radix: 16)
        }
        guard let high = unit(at) else { return nil }
        if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
        guard (0xD800..<0xDC00).contains(high), let low = unit(at + 6), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (scalar, 12)
    }

    /// A whole number.
    func integer(_ token: Int?) -> Int64? {
        guard let token, tokens[token].kind == .number else { return nil }
        return Self.number(bytes(token))
    }
}
