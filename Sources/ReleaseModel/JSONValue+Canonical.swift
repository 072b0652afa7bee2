public import Hashing
internal import Foundation

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

    /// Any codable value as JSON.
    public init(encoding value: some Encodable) throws {
        self = try JSONValue(parsing: JSONEncoder().encode(value))
    }

    /// This value as a codable type.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(canonicalBytes))
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let value): output.append(contentsOf: Self.text(of: value).utf8)
        case .string(let value): Self.write(value, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let names = members.keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            for (index, name) in names.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(name, to: &output)
                output.append(UInt8(ascii: ":"))
                members[name]!.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
            case 8: output.append(contentsOf: #"\b"#.utf8)
            case 9: output.append(contentsOf: #"\t"#.utf8)
            case 10: output.append(contentsOf: #"\n"#.utf8)
            case 12: output.append(contentsOf: #"\f"#.utf8)
            case 13: output.append(contentsOf: #"\r"#.utf8)
            case 0..<32: output.append(contentsOf: (#"\u00"# + [byte].hex).utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// ECMAScript's Number::toString, which RFC 8785 asks for. Swift prints the same shortest digits in another layout.
    static func text(of value: Double) -> String {
        precondition(value.isFinite, "JSON has no NaN and no infinity")
        if value == 0 { return "0" }
        if value.magnitude < 0x1p53, let integer = Int64(exactly: value) { return String(integer) }
        if value < 0 { return "-" + text(of: -value) }
        let printed = value.description
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
