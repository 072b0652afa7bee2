/// Texts to numbers as Lua 5.4 reads them, in sources and when a string is used as a number (lobject.c, luaO_str2num).
public enum LuaNumber {
    /// An integer or a float; nil when `text` is neither. Blanks around it are allowed; decimal integers that do not fit become
    /// floats, hexadecimal ones wrap around; there is no spelling of infinity or NaN.
    static func parse(_ text: some BidirectionalCollection<UInt8>) -> LuaValue? {
        var bytes = Array(text)[...]
        while let first = bytes.first, Lexer.isBlank(first) { bytes = bytes.dropFirst() }
        while let last = bytes.last, Lexer.isBlank(last) { bytes = bytes.dropLast() }
        var negative = false
        var rest = bytes
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.count >= 2, rest.first == UInt8(ascii: "0"), rest.dropFirst().first.map({ $0 | 32 }) == UInt8(ascii: "x") {
            return hexadecimal(rest.dropFirst(2), negative: negative)
        }
        return decimal(rest, negative: negative)
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>, negative: Bool) -> LuaValue? {
        if !digits.isEmpty, digits.allSatisfy({ hexDigit($0) != nil }) {
            let value = digits.reduce(UInt64(0)) { $0 &* 16 &+ UInt64(hexDigit($1)!) }
            return .integer(Int64(bitPattern: negative ? 0 &- value : value))
        }
        guard let (mantissa, exponent) = split(digits, mark: UInt8(ascii: "p"), isDigit: { hexDigit($0) != nil }) else { return nil }
        let text = (negative ? "-0x" : "0x") + padded(mantissa) + "p" + (exponent.isEmpty ? "0" : exponent)
        return Double(text).map { .float($0) }
    }

    private static func decimal(_ digits: ArraySlice<UInt8>, negative: Bool) -> LuaValue? {
        if !digits.isEmpty, digits.allSatisfy(Lexer.isDigit) {
            var value: UInt64 = 0
            var fits = true
            for digit in digits {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 48))
                value = sum
                if overflow || carry || sum > UInt64(Int64.max) + (negative ? 1 : 0) {
                    fits = false
                    break
                }
            }
            if fits { return .integer(Int64(bitPattern: negative ? 0 &- value : value)) }
        }
        guard let (mantissa, exponent) = split(digits, mark: UInt8(ascii: "e"), isDigit: Lexer.isDigit) else { return nil }
        let text = (negative ? "-" : "") + padded(mantissa) + (exponent.isEmpty ? "" : "e" + exponent)
        return Double(text).map { .float($0) }
    }

    /// Mantissa (digits with at most one point, at least one digit) and exponent (empty when there is none) of a float's text.
    private static func split(
        _ bytes: ArraySlice<UInt8>, mark: UInt8, isDigit: (UInt8) -> Bool
    ) -> (mantissa: ArraySlice<UInt8>, exponent: String)? {
        let markIndex = bytes.firstIndex { $0 | 32 == mark && !isDigit($0) }
        let mantissa = bytes[..<(markIndex ?? bytes.endIndex)]
        var points = 0
        var digits = 0
        for byte in mantissa {
            if byte == UInt8(ascii: ".") {
                points += 1
            } else if isDigit(byte) {
                digits += 1
            } else {
                return nil
            }
        }
        guard points <= 1, digits >= 1 else { return nil }
        guard let markIndex else { return (mantissa, "") }
        var exponent = bytes[(markIndex + 1)...]
        var sign = ""
        if let first = exponent.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? "-" : ""
            exponent = exponent.dropFirst()
        }
        guard !exponent.isEmpty, exponent.allSatisfy(Lexer.isDigit) else { return nil }
        return (mantissa, sign + String(decoding: exponent, as: UTF8.self))
    }

    /// The digits with one on both sides of the point.
    private static func padded(_ mantissa: ArraySlice<UInt8>) -> String {
        var text = String(decoding: mantissa, as: UTF8.self)
        if text.first == "." { text = "0" + text }
        if text.last == "." { text += "0" }
        return text
    }
}
