internal import Predicates

/// Reads one field of requests; what can be made of its name is made once.
struct FieldReader: Sendable {
    private enum Source: Sendable {
        case header([UInt8])
        /// The header that may stand in the request line's stead.
        case hostHeader
        case cookieHeader
        /// `name=`
        case cookie([UInt8])
        /// `name=`
        case query([UInt8])
        case tag
        case clientAddress, path, method, host, scheme, requestTarget
    }

    private static let cookieName = Array("cookie".utf8)
    private static let hostName = Array("host".utf8)

    private let source: Source

    init(_ field: RequestField) {
        source =
            switch field {
            case .header("host"): .hostHeader
            case .header("cookie"): .cookieHeader
            case .header(let name): .header(Array(name.utf8))
            case .cookie(let name): .cookie(Array("\(name)=".utf8))
            case .query(let name): .query(Array("\(name)=".utf8))
            case .tag: .tag
            case .clientAddress: .clientAddress
            case .path: .path
            case .method: .method
            case .host: .host
            case .scheme: .scheme
            case .requestTarget: .requestTarget
            }
    }

    /// The field's value; nil when the request does not have it or has it empty.
    func value(in request: RoutingRequest) -> ByteString? {
        let bytes: [UInt8]?
        switch source {
        case .header(let name): bytes = request.header(name)
        case .hostHeader: bytes = request.header(Self.hostName) ?? request.host
        case .cookieHeader: bytes = Self.cookies(of: request)
        case .cookie(let start): bytes = Self.cookies(of: request).flatMap { Self.member(start, of: $0[...], separator: UInt8(ascii: ";")) }
        case .query(let start): bytes = request.query.flatMap { Self.member(start, of: $0, separator: UInt8(ascii: "&")) }
        case .tag: bytes = nil
        case .clientAddress: bytes = request.clientAddress
        case .path: bytes = URIPath.normalized(request.target)
        case .method: bytes = request.method
        case .host: bytes = Self.hostName(request.host)
        case .scheme: bytes = request.scheme
        case .requestTarget: bytes = request.target
        }
        guard let bytes, !bytes.isEmpty else { return nil }
        return ByteString(bytes: bytes)
    }

    /// All `Cookie` headers as one.
    private static func cookies(of request: RoutingRequest) -> [UInt8]? {
        // Through a pointer, as otherwise every header is retained to be looked at.
        request.headers.withUnsafeBufferPointer { headers in
            var joined: [UInt8]?
            for index in headers.indices where headers[index].name == cookieName {
                joined = joined.map { $0 + Array("; ".utf8) + headers[index].value } ?? headers[index].value
            }
            return joined
        }
    }

    /// What follows `start` in the first of the parts of `text` that begins with it; blanks before a cookie's name do not count.
    private static func member(_ start: [UInt8], of text: ArraySlice<UInt8>, separator: UInt8) -> [UInt8]? {
        var index = text.startIndex
        while index <= text.endIndex {
            let end = text[index...].firstIndex(of: separator) ?? text.endIndex
            var part = text[index..<end]
            if separator == UInt8(ascii: ";") { part = part.drop { $0 == 32 || $0 == 9 } }
            if part.starts(with: start) { return Array(part.dropFirst(start.count)) }
            index = end + 1
        }
        return nil
    }

    private static func hostName(_ host: [UInt8]) -> [UInt8] {
        var name = host[...]
        if name.first == UInt8(ascii: "["), let end = name.firstIndex(of: UInt8(ascii: "]")) {
            name = name[...end]
        } else if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
            name = name[..<colon]
        }
        if name.last == UInt8(ascii: ".") { name = name.dropLast() }
        return name.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
    }
}

extension RoutingRequest {
    /// The value of the first header of that name.
    fileprivate func header(_ name: [UInt8]) -> [UInt8]? {
        headers.withUnsafeBufferPointer { headers in
            for index in headers.indices where headers[index].name == name { return headers[index].value }
            return nil
        }
    }

    /// What stands between `?` and `#`.
    fileprivate var query: ArraySlice<UInt8>? {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let end = target.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
        return mark < end ? target[(mark + 1)..<end] : nil
    }
}
