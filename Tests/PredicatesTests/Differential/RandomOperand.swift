@testable import Predicates

/// Operands of every kind, with the values at which arithmetic and texts change their ways, written in the source or carried by the
/// request (where nothing can be folded at compile time).
enum RandomOperand {
    enum Kind: Int, CaseIterable {
        case `nil`, bool, integer, float, text, numericText, longText, field
    }

    static let integers: [Int64] = [
        0, 1, -1, 2, 3, -3, 7, 10, 63, 64, 65, -63, -64, 255, 1 << 31, 1 << 32, 1 << 53, 1 << 53 + 1, 1 << 53 - 1, -(1 << 53), .max,
        .max - 1, .min, .min + 1,
    ]
    static let floats: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, 0.1, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, 3, 63, 64, 0x1p31, 0x1p53, 0x1p53 + 2, -0x1p53, 0x1p63,
        -0x1p63, 0x1p64, 1e14, 1e15, 1e16, 123456.789e3, 1e100, 1e308, -1e308, .leastNonzeroMagnitude, 2.2250738585072014e-308, 3.14, 1 / 3,
    ]
    static let texts = [
        "", "a", "abc", "ABC", "abc\0def", "é", "灰度", "true", "nil", "nan", "inf", "-inf", "0x", "1e", "--1", "- 5", "1_000", "1 2", "7\0",
        "%d+", "%", "[", "/api/v1/users", "user-42", "e5", ".", "+", "0x1p", "0xg", "１",
    ]
    static let numericTexts = [
        "0", "-0", "10", "0x10", " 5 ", "1e1", "-3.5", "+5", "0x1p4", "0x.8", "0xA.8p0", ".5", "5.", "1e400", "-1e400", "1e-400", "\t7\n",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "0xffffffffffffffff",
        "0x7fffffffffffffff", "-0x8000000000000000", "9007199254740993", "9007199254740993.0", "00012", "0.1", "1e+5", "\u{0B}3\u{0C}",
    ]

    static func integer(_ generator: inout Generator) -> Int64 {
        generator.chance(50) ? generator.pick(integers) : Int64(bitPattern: generator.next()) >> Int64(generator.below(64))
    }

    static func float(_ generator: inout Generator) -> Double {
        if generator.chance(70) { return generator.pick(floats) }
        return generator.chance(50) ? Double(bitPattern: generator.next()) : Double(generator.below(2000) - 1000) / 8
    }

    /// A longer text is carried, since a source has at most 8192 bytes and a byte may take four of them.
    static let writtenBytes = 900

    /// 200 to 4000 bytes.
    static func longText(_ generator: inout Generator, below maximum: Int = 4000) -> [UInt8] {
        let unit = Array(generator.pick(["a", "ab", "/x1", "0", "é", "a\0", "%d"]).utf8)
        let count = 200 + generator.below(maximum - 200)
        return Array((0..<count).lazy.map { unit[$0 % unit.count] }) + (generator.chance(50) ? [UInt8(generator.below(256))] : [])
    }

    /// Bytes as a request may bring them, not always UTF-8.
    static func arbitrary(_ generator: inout Generator, below maximum: Int = 4000) -> [UInt8] {
        switch generator.below(6) {
        case 0: (0..<generator.below(20)).map { _ in UInt8(generator.below(256)) }
        case 1: longText(&generator, below: maximum)
        case 2, 3: Array(generator.pick(numericTexts).utf8)
        default: Array(generator.pick(texts).utf8)
        }
    }

    /// An integer as Lua reads it back as an integer.
    static func source(_ value: Int64) -> String { value == .min ? "0x8000000000000000" : "(\(value))" }

    /// A float as Lua reads it back as the same float.
    static func source(_ value: Double) -> String {
        if value.isNaN { return "(0/0)" }
        if value.isInfinite { return value < 0 ? "(-1e999)" : "1e999" }
        return value.sign == .minus ? "(\(value))" : "\(value)"
    }

    /// A text as Lua's `tonumber` reads it back: the carried form of a number. NaN has none.
    private static func carried(_ value: Double) -> String { value.isInfinite ? (value < 0 ? "-1e999" : "1e999") : "\(value)" }

    /// An operand of one kind. A carried one is a header that `value` is to hold.
    ///
    /// - Parameter name: which header carries it, `header["v"]`.
    static func make(_ kind: Kind, name: String, _ generator: inout Generator) -> (source: String, value: [UInt8]?) {
        let isCarried = generator.chance(50)
        func bytes(_ value: [UInt8]) -> (String, [UInt8]?) { isCarried ? (name, value) : (ExpressionPrinter.quoted(value), nil) }
        switch kind {
        case .nil: return (isCarried ? name : "nil", nil)
        case .bool:
            let value = generator.chance(50)
            return (isCarried ? "(\(name) \(value ? "==" : "~=") nil)" : "\(value)", nil)
        case .integer:
            let value = integer(&generator)
            return isCarried ? ("(tonumber(\(name)))", Array("\(value)".utf8)) : (source(value), nil)
        case .float:
            let value = float(&generator)
            guard isCarried else { return (source(value), nil) }
            if value.isNaN { return ("(tonumber(\(name)) - tonumber(\(name)))", Array("1e999".utf8)) }
            return ("(tonumber(\(name)))", Array(carried(value).utf8))
        case .text: return bytes(generator.chance(80) ? Array(generator.pick(texts).utf8) : arbitrary(&generator, below: writtenBytes))
        case .numericText:
            if generator.chance(30) { return bytes(Array("\(integer(&generator))".utf8)) }
            return bytes(Array(generator.pick(numericTexts).utf8))
        case .longText: return bytes(isCarried ? longText(&generator) : longText(&generator, below: writtenBytes))
        case .field: return (generator.pick(DifferentialRequests.texts), nil)
        }
    }
}
