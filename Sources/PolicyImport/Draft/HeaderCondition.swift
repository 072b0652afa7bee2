/// A match of a header, as service meshes write it, as a condition of the expression language.
enum HeaderCondition {
    /// - Parameters:
    ///   - header: the name of the header.
    ///   - match: `exact`, `prefix`, `suffix`, `regex`, `present`, or an older spelling of them, with its value.
    /// - Returns: the condition, or why there is none.
    static func condition(header: String, match: String, value: String) -> Result<String, Unmatched> {
        let name = header.lowercased()
        if name == "cookie", match == "regex", let cookie = cookie(value) { return .success(cookie) }
        guard name.utf8.allSatisfy({ ($0 > 32 && $0 < 127) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }), !name.isEmpty else {
            return .failure(Unmatched(reason: "'\(header)' is no name of a header"))
        }
        let field = "header[\"\(name)\"]"
        switch match {
        case "exact": return .success("\(field) == \(literal(value))")
        case "prefix": return .success("\(field) ~= nil and \(field):sub(1, \(value.utf8.count)) == \(literal(value))")
        case "suffix": return .success("\(field) ~= nil and \(field):sub(-\(value.utf8.count)) == \(literal(value))")
        case "present": return .success("\(field) ~= nil")
        case "regex":
            if value.contains("(?=") || value.contains("(?!") || value.contains("(?<") {
                return .failure(Unmatched(reason: "the regular expression looks ahead or behind, which cannot be matched in linear time"))
            }
            return .success("\(field) ~= nil and ngx.re.find(\(field), \(literal(value))) ~= nil")
        default: return .failure(Unmatched(reason: "'\(match)' is no match that headers have here"))
        }
    }

    struct Unmatched: Error {
        var reason: String
    }

    /// The usual way to say that a cookie has a value: `^(.*?;)?(type=insider)(;.*)?$`.
    private static func cookie(_ regex: String) -> String? {
        for (prefix, suffix) in [("^(.*?;)?(", ")(;.*)?$"), ("^(.*;)?(", ")(;.*)?$"), ("^(.*?;\\s*)?(", ")(;.*)?$")]
        where regex.hasPrefix(prefix) && regex.hasSuffix(suffix) {
            let pair = regex.dropFirst(prefix.count).dropLast(suffix.count)
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            let (name, value) = (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
            let isPlain = (name + value).utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
            }
            return isPlain && !name.isEmpty && !value.isEmpty ? "cookie[\"\(name)\"] == \"\(value)\"" : nil
        }
        return nil
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
