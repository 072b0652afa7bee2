import Foundation
import Hashing

extension JSONScanner {
    /// The digest that a text of hexadecimal digits spells, behind `\x` where PostgreSQL has written it; nil for another text.
    func digest(_ token: Int?) -> InlineDigest? {
        guard let token, tokens[token].kind == .string else { return nil }
        let text = bytes(token)
        // The backslash is escaped.
        let skipped = begins(token, with: #"\\x"#) ? 3 : 0
        guard text.count == skipped + 64 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
            guard Self.decodeHex(UnsafeRawBufferPointer(rebasing: text[skipped...]), output) else { return nil }
            return InlineDigest(bytes: UnsafeRawBufferPointer(output))
        }
    }

    /// The bytes that PostgreSQL has written as hexadecimal digits behind `\x`; nil for another text.
    func content(ofBytes token: Int) -> [UInt8]? {
        guard tokens[token].kind == .string else { return nil }
        let text = bytes(token)
        guard begins(token, with: #"\\x"#), text.count % 2 == 1 else { return nil }
        var isRight = false
        let content = [UInt8](unsafeUninitializedCapacity: (text.count - 3) / 2) { output, count in
            count = (text.count - 3) / 2
            isRight = Self.decodeHex(UnsafeRawBufferPointer(rebasing: text[3...]), UnsafeMutableRawBufferPointer(output))
        }
        return isRight ? content : nil
    }

    /// What each byte is worth as a lower-case hexadecimal digit; 255 for another.
    private static let digits: [UInt8] = (0...255).map { byte in
        switch byte {
        case 48...57: UInt8(byte - 48)
        case 97...102: UInt8(byte - 87)
        default: 255
        }
    }

    /// The bytes that digits spell, two digits each; false where one is none.
    private static func decodeHex(_ text: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Bool {
        digits.withUnsafeBufferPointer { digits in
            var all: UInt8 = 0
            for place in 0..<text.count / 2 {
                let high = digits[Int(text[2 * place])]
                let low = digits[Int(text[2 * place + 1])]
                all |= high | low
                output[place] = high << 4 | low
            }
            return all < 16
        }
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

    /// True when two texts say the same time.
    func isSameMoment(_ left: Int?, _ right: Int?) -> Bool {
        guard let left, let right, tokens[left].kind == .string, tokens[right].kind == .string else { return false }
        return Moment.isSame(bytes(left), bytes(right))
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
