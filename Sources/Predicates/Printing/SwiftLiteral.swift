/// Values as Swift source.
enum SwiftLiteral {
    /// A string literal; nil for bytes that are not UTF-8.
    static func text(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            // What cannot be seen, or would join with the quote before it, is spelled by its number.
            case _
            where scalar.value < 32 || (127..<160).contains(scalar.value) || scalar.properties.isDefaultIgnorableCodePoint
                || scalar.properties.canonicalCombiningClass != .notReordered || scalar.properties.generalCategory == .nonspacingMark
                || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
                literal += "\\u{\(String(scalar.value, radix: 16))}"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }

    /// A `LuaValue` where one is expected.
    static func value(_ value: LuaValue) -> String {
        switch value {
        case .nil: ".nil"
        case .bool(let value): "\(value)"
        case .integer(let value): value < 0 ? ".integer(\(value))" : "\(value)"
        case .float(let value): value > 0 && value.isFinite ? "\(value)" : ".float(\(float(value)))"
        case .string(let string):
            text(string.bytes) ?? ".string(ByteString(bytes: [\(string.bytes.map { "\($0)" }.joined(separator: ", "))]))"
        case .version(let version): ".version(\(self.version(version)))"
        }
    }

    private static func float(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.infinity" : ".infinity" }
        return "\(value)"
    }

    static func version(_ version: SemanticVersion) -> String {
        version.isPlain
            ? "SemanticVersion(major: \(version.major), minor: \(version.minor), patch: \(version.patch))"
            : "SemanticVersion(\"\(version)\")!"
    }

    static func networks(_ networks: [IPNetwork]) -> String { "[\(networks.map { "IPNetwork(\"\($0)\")!" }.joined(separator: ", "))]" }
}
