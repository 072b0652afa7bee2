/// One field of a request that an expression may read.
public enum RequestField: Sendable, Hashable {
    /// By its lower-cased name.
    case header(String)
    case cookie(String)
    /// A parameter of the query string.
    case query(String)
    /// A colour that the request carries; any value means that it does.
    case tag(String)
    case clientAddress
    /// Decoded and without the query.
    case path
    case method
    case host
    case scheme
    /// Path and query as the client sent them.
    case requestTarget
}

extension RequestField: CustomStringConvertible {
    /// The field as the language writes it.
    public var description: String {
        switch self {
        case .header(let name): "header[\(ExpressionPrinter.quoted(Array(name.utf8)))]"
        case .cookie(let name): Self.member("cookie", name)
        case .query(let name): Self.member("query", name)
        case .tag(let name): "tag[\(ExpressionPrinter.quoted(Array(name.utf8)))]"
        case .clientAddress: "client.address"
        case .path: "path"
        case .method: "method"
        case .host: "host"
        case .scheme: "scheme"
        case .requestTarget: "request.target"
        }
    }

    private static func member(_ table: String, _ name: String) -> String {
        Lexer.isIdentifier(Array(name.utf8)) ? "\(table).\(name)" : "\(table)[\(ExpressionPrinter.quoted(Array(name.utf8)))]"
    }
}
