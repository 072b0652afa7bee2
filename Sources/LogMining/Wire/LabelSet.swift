/// A stream's labels as Prometheus writes them: `{service="checkout", revision="v42"}`. Values are quoted as in Go.
enum LabelSet {
    static func labels(_ text: String) throws(LogWireError) -> [String: String] {
        var scanner = JSONScanner(bytes: Array(text.utf8))
        var labels: [String: String] = [:]
        scanner.skipSpace()
        guard scanner.take(UInt8(ascii: "{")) else { throw malformed(text) }
        scanner.skipSpace()
        while !scanner.take(UInt8(ascii: "}")) {
            guard let name = scanner.readName() else { throw malformed(text) }
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: "=")) else { throw malformed(text) }
            scanner.skipSpace()
            guard let value = scanner.readGoString() else { throw malformed(text) }
            labels[name] = value
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ",")) || scanner.peek == UInt8(ascii: "}") else { throw malformed(text) }
            scanner.skipSpace()
        }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw malformed(text) }
        return labels
    }

    private static func malformed(_ text: String) -> LogWireError {
        LogWireError(.malformed, "the labels '\(text.prefix(60))' are not written as {name=\"value\", ...}")
    }
}

extension JSONScanner {
    /// A label's name: letters, digits, `_`, `:`, and the dots that structured sources use.
    mutating func readName() -> String? {
        var name: [UInt8] = []
        while !isAtEnd,
            peek == 95 || peek == 58 || peek == 46 || (48...57).contains(peek) || (65...90).contains(peek) || (97...122).contains(peek)
        {
            name.append(peek)
            advance()
        }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    /// A Go string in double quotes: as in JSON, and `\xNN`, octal, `\a`, `\v`, `\UNNNNNNNN` besides.
    mutating func readGoString() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var output: [UInt8] = []
        while !isAtEnd {
            let byte = peek
            advance()
            if byte == UInt8(ascii: "\"") { return String(decoding: output, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                continue
            }
            guard !isAtEnd else { return nil }
            let letter = peek
            advance()
            switch letter {
            case UInt8(ascii: "n"): output.append(10)
            case UInt8(ascii: "t"): output.append(9)
            case UInt8(ascii: "r"): output.append(13)
            case UInt8(ascii: "a"): output.append(7)
            case UInt8(ascii: "b"): output.append(8)
            case UInt8(ascii: "f"): output.append(12)
            case UInt8(ascii: "v"): output.append(11)
            case UInt8(ascii: "x"):
                guard let value = readDigits(2, radix: 16) else { return nil }
                output.append(UInt8(value))
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                guard let value = readDigits(letter == UInt8(ascii: "u") ? 4 : 8, radix: 16), let scalar = Unicode.Scalar(value) else {
                    return nil
                }
                output.append(contentsOf: String(scalar).utf8)
            case UInt8(ascii: "0")...UInt8(ascii: "3"):
                guard let rest = readDigits(2, radix: 8) else { return nil }
                output.append((letter - 48) * 64 + UInt8(rest))
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): output.append(letter)
            default: return nil
            }
        }
        return nil
    }

    private mutating func readDigits(_ count: Int, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard !isAtEnd, let digit = Character(Unicode.Scalar(peek)).hexDigitValue, digit < Int(radix) else { return nil }
            value = value &* radix &+ UInt32(digit)
            advance()
        }
        return value
    }
}
