extension Lexer {
    /// A numeral by llex.c's read_numeral: read greedily, then converted as a whole, so that `3..2` and `0x` are malformed.
    mutating func numeral() throws(ExpressionError) -> Token {
        let start = position
        if readsDurations, let duration = durationLiteral() {
            return .duration(duration)
        }
        var exponentMarks: [UInt8] = [UInt8(ascii: "e"), UInt8(ascii: "E")]
        let first = peek()
        position += 1
        if first == UInt8(ascii: "0"), let mark = peek(), mark == UInt8(ascii: "x") || mark == UInt8(ascii: "X") {
            exponentMarks = [UInt8(ascii: "p"), UInt8(ascii: "P")]
            position += 1
        }
        while let byte = peek() {
            if exponentMarks.contains(byte) {
                position += 1
                if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            } else if hexDigit(byte) != nil || byte == UInt8(ascii: ".") {
                position += 1
            } else {
                break
            }
        }
        while let byte = peek(), Self.isNamePart(byte) { position += 1 }
        switch LuaNumber.parse(bytes[start..<position]) {
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        default:
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            throw source.error(.syntax, "malformed number '\(text)'", at: start, suggestion: numeralSuggestion(start, text))
        }
    }

    private func numeralSuggestion(_ start: Int, _ text: String) -> String? {
        if text.hasSuffix("s") || text.hasSuffix("m") || text.hasSuffix("h") || text.hasSuffix("d") {
            return readsDurations
                ? "a length of time reads 500ms, 30s, 5m or 1h30m" : "lengths of time such as 30s belong to the rollback tree"
        }
        if text.hasSuffix("%") || peek() == UInt8(ascii: "%") { return "write a share as a number: 0.5 for 50%" }
        return nil
    }

    /// `500ms`, `30s`, `1.5h`, `1h30m` at `position`: units in falling order, each at most once. Nil when something else stands there.
    private mutating func durationLiteral() -> Int64? {
        let units: [(name: String, microseconds: Double)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
        ]
        let start = position
        var lastUnit = -1
        var total = 0.0
        while let byte = peek(), Self.isDigit(byte) {
            let digitsStart = position
            while let byte = peek(), Self.isDigit(byte) || byte == UInt8(ascii: ".") { position += 1 }
            let digits = String(decoding: bytes[digitsStart..<position], as: UTF8.self)
            let unitStart = position
            while let byte = peek(), Self.isNameStart(byte) { position += 1 }
            let name = String(decoding: bytes[unitStart..<position], as: UTF8.self)
            guard let value = Double(digits), let unit = units.firstIndex(where: { $0.name == name }), unit > lastUnit else {
                position = start
                return nil
            }
            lastUnit = unit
            total += value * units[unit].microseconds
        }
        guard lastUnit >= 0, total <= DurationLiteral.maximumMicroseconds else {
            position = start
            return nil
        }
        return Int64(total.rounded())
    }
}

/// Lengths of time as the language of signals writes them.
enum DurationLiteral {
    /// Ten years.
    static let maximumMicroseconds = 3650.0 * 86_400_000_000

    /// The shortest spelling in whole units: `1h30m`, `500ms`.
    static func text(_ microseconds: Int64) -> String {
        if microseconds == 0 { return "0s" }
        var rest = microseconds
        var text = ""
        for (name, unit) in [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", Int64(1)),
        ] where rest >= unit {
            text += "\(rest / unit)\(name)"
            rest %= unit
        }
        return text
    }
}
