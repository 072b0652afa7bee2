public import Hashing

extension JSONValue {
    /// The canonical bytes of RFC 8785 (JSON Canonicalization Scheme).
    ///
    /// - Precondition: every number is finite; `JSONValue(_:)` and the decoder admit no other.
    public var canonicalBytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// SHA-256 of the canonical bytes.
    public var digest: SHA256Digest { SHA256Digest(of: canonicalBytes) }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let value): output.append(contentsOf: Self.text(of: value).utf8)
        case .string(let value): Self.write(value, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, value) in Self.sorted(members) {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.write(name, to: &output)
                output.append(UInt8(ascii: ":"))
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// The members by the UTF-16 code units of their names, which RFC 8785 asks for.
    private static func sorted(_ members: [String: JSONValue]) -> [(String, JSONValue)] {
        let members = members.map { ($0.key, $0.value) }
        // Names of ASCII stand in the order of the standard library, which compares them faster.
        return members.allSatisfy { $0.0.utf8.allSatisfy { $0 < 128 } }
            ? members.sorted { $0.0 < $1.0 } : members.sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            // Pieces without anything to escape are appended whole.
            var start = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    output.append(contentsOf: bytes[start..<index])
                    output.append(contentsOf: escape(byte))
                    start = index + 1
                }
                index += 1
            }
            output.append(contentsOf: bytes[start..<bytes.count])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8) -> String.UTF8View {
        switch byte {
        case UInt8(ascii: "\""): #"\""#.utf8
        case UInt8(ascii: "\\"): #"\\"#.utf8
        case 8: #"\b"#.utf8
        case 9: #"\t"#.utf8
        case 10: #"\n"#.utf8
        case 12: #"\f"#.utf8
        case 13: #"\r"#.utf8
        default: (#"\u00"# + [byte].hex).utf8
        }
    }

    /// ECMAScript's Number::toString, which RFC 8785 asks for. Swift prints the same shortest digits in another layout.
    static func text(of value: Double) -> String {
        precondition(value.isFinite, "JSON has no NaN and no infinity")
        if value == 0 { return "0" }
        if value.magnitude < 0x1p53, let integer = Int64(exactly: value) { return String(integer) }
        let printed = value.description
        // Swift writes these as ECMAScript does, but for the ".0" of whole numbers, which were written above.
        if value.magnitude >= 1e-4, value.magnitude < 0x1p53 { return printed }
        if value < 0 { return "-" + text(of: -value) }
        var digits = ""
        var point = 0
        var exponent = 0
        var seenPoint = false
        for (index, character) in printed.enumerated() {
            if character == "e" {
                exponent = Int(printed.dropFirst(index + 1))!
                break
            }
            if character == "." {
                seenPoint = true
                continue
            }
            digits.append(character)
            if !seenPoint { point += 1 }
        }
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        while digits.hasSuffix("0") { digits.removeLast() }
        let position = point - leading + exponent  // the decimal point stands after this many digits
        let count = digits.count
        if count <= position, position <= 21 { return digits + String(repeating: "0", count: position - count) }
        if 0 < position, position <= 21 { return digits.prefix(position) + "." + digits.dropFirst(position) }
        if -6 < position, position <= 0 { return "0." + String(repeating: "0", count: -position) + digits }
        let power = position - 1
        let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
        return "\(mantissa)e\(power < 0 ? "-" : "+")\(abs(power))"
    }
}
