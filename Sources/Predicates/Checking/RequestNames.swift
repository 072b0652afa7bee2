/// The names of a request: our own, and those of OpenResty that mean the same.
enum RequestNames {
    /// Names that stand for one field.
    static let fields: [(name: String, field: RequestField)] = [
        ("client.address", .clientAddress), ("path", .path), ("method", .method), ("host", .host), ("scheme", .scheme),
        ("request.target", .requestTarget), ("ngx.var.remote_addr", .clientAddress), ("ngx.var.uri", .path),
        ("ngx.var.request_uri", .requestTarget), ("ngx.var.request_method", .method), ("ngx.var.host", .host),
        ("ngx.var.scheme", .scheme),
    ]
    /// Names with a key: `header["x-canary"]`.
    static let tables = ["header", "cookie", "query", "tag"]
    /// Functions that the checker itself gives a meaning.
    static let specialFunctions = ["oneOf", "tagged", "inCIDR"]

    /// What is offered when a name is not known.
    static var suggestions: [String] { fields.map(\.name).filter { !$0.hasPrefix("ngx.") } + tables }
    static var functionNames: [String] {
        specialFunctions + RequestFunction.allCases.filter { !$0.isMethod && $0 != .regexMatch }.map(\.rawValue)
    }
    static var methodNames: [String] { RequestFunction.allCases.filter(\.isMethod).map(\.rawValue) }

    static func field(_ name: String) -> RequestField? { fields.first { $0.name == name }?.field }

    /// The field `key` of a table; nil when there is no such table.
    static func field(table: String, key: String) -> RequestField? {
        switch table {
        case "header": .header(key.lowercased())
        case "cookie": .cookie(key)
        case "query": .query(key)
        case "tag": .tag(key)
        case "ngx.var": variable(key)
        default: nil
        }
    }

    /// `ngx.var.<name>`: nginx's variables of headers, cookies and query parameters.
    private static func variable(_ name: String) -> RequestField? {
        if let field = field("ngx.var.\(name)") { return field }
        if name.hasPrefix("http_") {
            return .header(String(name.dropFirst(5).map { $0 == "_" ? "-" : $0 }).lowercased())
        }
        if name.hasPrefix("cookie_") { return .cookie(String(name.dropFirst(7))) }
        if name.hasPrefix("arg_") { return .query(String(name.dropFirst(4))) }
        return nil
    }

    /// The function that a dotted name calls: our own, Lua's string library, OpenResty's.
    static func function(_ name: String) -> RequestFunction? {
        switch name {
        case "ngx.crc32_short", "ngx.crc32_long": return .crc32
        case "ngx.time": return .now
        case "ngx.re.match", "ngx.re.find": return .regexMatch
        case "semver", "crc32", "murmur2", "murmur3", "bucket", "percent", "now", "tonumber", "tostring":
            return RequestFunction(rawValue: name)
        default:
            guard name.hasPrefix("string."), let function = RequestFunction(rawValue: String(name.dropFirst(7))), function.isMethod else {
                return nil
            }
            return function
        }
    }
}
