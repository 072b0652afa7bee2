/// Puts values in for `{{ args.name }}` and `{{ name }}`.
enum Placeholders {
    /// - Returns: the text, and the placeholders that have no value.
    static func resolve(_ text: String, _ values: [String: String]) -> (text: String, unknown: [String]) {
        var result = ""
        var unknown: [String] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            result += rest[..<open.lowerBound]
            let name = String(rest[open.upperBound..<close.lowerBound]).trimmed(of: " \t")
            if let value = values[name] {
                result += value
            } else {
                unknown.append(name)
                result += rest[open.lowerBound..<close.upperBound]
            }
            rest = rest[close.upperBound...]
        }
        return (result + rest, unknown)
    }
}
