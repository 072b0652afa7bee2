internal import Predicates

/// Fields of a request as nginx variables. An absent and an empty field are both the empty text; the language counts both as nil.
extension MapWriter {
    /// The variable that holds a field; where nginx has none of its own, a map that finds it.
    func variable(of field: RequestField) throws(PrintingRefusal) -> Operand {
        switch field {
        case .clientAddress: return Operand("$remote_addr")
        case .path: return Operand("$uri")
        case .method: return Operand("$request_method")
        case .host: return Operand("$host")
        case .scheme: return Operand("$scheme")
        case .requestTarget: return Operand("$request_uri")
        case .header(let name): return try Operand("$http_" + Self.headerWord(name))
        case .cookie(let name):
            // $cookie_x compares names without regard to case; the language does not.
            return try member(of: "$http_cookie", opening: #"(?:^|;)[\x20\x09]*"#, name: name, until: ";", field: field)
        case .query(let name): return try member(of: "$args", opening: "(?:^|&)", name: name, until: "&", field: field)
        case .tag(let tag): throw PrintingRefusal(part: "tag[\"\(tag)\"]", reason: "a colour is a yes or no there, not a text")
        }
    }

    private func member(
        of source: String, opening: String, name: String, until end: String, field: RequestField
    ) throws(PrintingRefusal) -> Operand {
        let pattern = opening + NginxText.pattern(literally: Array(name.utf8)) + "=([^\(end)]*)"
        return try shared(field.description) { () throws(PrintingRefusal) in
            map(source, [(try NginxText.mapKey(pattern: pattern), "$1")], otherwise: "\"\"", depth: 1)
        }
    }

    /// nginx turns a header's name into a variable by lowering it and writing `_` for `-`.
    private static func headerWord(_ name: String) throws(PrintingRefusal) -> String {
        let isPlain =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") }
        guard isPlain else {
            throw PrintingRefusal(
                part: "header[\"\(name)\"]", reason: "its variables know headers of letters, digits and '-' only, of at most 64 characters")
        }
        return name.replacing("-", with: "_")
    }
}
