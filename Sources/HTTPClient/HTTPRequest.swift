/// The request methods that the client sends.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// One request with everything that bounds it.
///
///     let answer = try await client.send(HTTPRequest(.post, url, headers: [HTTPHeader("content-type", "application/json")], body: bytes))
public struct HTTPRequest: Sendable {
    public var method: HTTPMethod
    /// `http://` or `https://`; nothing else is taken.
    public var url: String
    /// A field with CR, LF or NUL, or a name that is no token, is refused with `invalidRequest`.
    public var headers: [HTTPHeader]
    public var body: [UInt8]?
    /// The deadline of the whole transfer, waiting for a free connection included.
    public var timeout: Duration
    /// The deadline of name lookup, TCP and TLS together.
    public var connectTimeout: Duration
    /// Counted after decompression; a longer body ends the transfer with `tooLarge`.
    public var maximumResponseBytes: Int
    /// 0: a 3xx is returned as it came.
    public var maximumRedirects: Int
    /// True: a new connection that is closed afterwards, whatever stands in the cache.
    public var freshConnection: Bool
    /// Takes the body of a good response (2xx) piece by piece as it arrives, so that it need not be held; the response's own body is empty then.
    /// Called on the client's thread, which waits for it; false ends the transfer with `cancelled`.
    public var sink: (@Sendable (UnsafeRawBufferPointer) -> Bool)?

    public init(
        _ method: HTTPMethod = .get, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil, timeout: Duration = .seconds(10),
        connectTimeout: Duration = .seconds(3), maximumResponseBytes: Int = 8 << 20, maximumRedirects: Int = 0,
        freshConnection: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.maximumRedirects = maximumRedirects
        self.freshConnection = freshConnection
    }

    /// Method, scheme, host, port and path: what may be shown. User information, query and fragment may hold secrets and are left out.
    public var place: String {
        let shown = url.prefix { $0 != "?" && $0 != "#" }
        guard let separator = shown.firstIndex(of: ":"), shown[separator...].hasPrefix("://") else { return "\(method.rawValue) \(shown)" }
        let rest = shown[shown.index(separator, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return "\(method.rawValue) \(shown[..<separator])://\(host)\(path)"
    }
}
