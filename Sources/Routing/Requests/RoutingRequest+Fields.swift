public import Predicates

extension RoutingRequest {
    /// The value of a field; nil when the request does not have it or has it empty. Colours are not among a request's own fields.
    ///
    /// | field | nginx |
    /// |---|---|
    /// | `header["x"]` | `$http_x`: the first header of that name; all `Cookie` headers joined by `; ` |
    /// | `cookie.x` | the first `x=...` of the Cookie header, names compared byte by byte |
    /// | `query.x` | the first `x=...` of `$args`, undecoded, names compared byte by byte |
    /// | `path` | `$uri`: decoded, `.` and `..` resolved, slashes merged |
    /// | `host` | `$host`: lower case, without the port |
    /// | `client.address`, `method`, `scheme`, `request.target` | `$remote_addr`, `$request_method`, `$scheme`, `$request_uri` |
    public func value(of field: RequestField) -> ByteString? {
        let bytes: [UInt8]?
        switch field {
        case .header(let name): bytes = header(Array(name.utf8))
        case .cookie(let name): bytes = header(Array("cookie".utf8)).flatMap { Self.member(name, of: $0, separator: UInt8(ascii: ";")) }
        case .query(let name): bytes = query.flatMap { Self.member(name, of: $0, separator: UInt8(ascii: "&")) }
        case .tag: bytes = nil
        case .clientAddress: bytes = clientAddress
        case .path: bytes = URIPath.normalized(target)
        case .method: bytes = method
        case .host: bytes = Self.hostName(host)
        case .scheme: bytes = scheme
        case .requestTarget: bytes = target
        }
        guard let bytes, !bytes.isEmpty else { return nil }
        return ByteString(bytes: bytes)
    }

    private func header(_ name: [UInt8]) -> [UInt8]? {
        if name == Array("host".utf8), !headers.contains(where: { $0.name == name }) { return host }
        guard name == Array("cookie".utf8) else { return headers.first { $0.name == name }?.value }
        let cookies = headers.filter { $0.name == name }.map(\.value)
        return cookies.isEmpty ? nil : Array(cookies.joined(separator: Array("; ".utf8)))
    }

    private var query: [UInt8]? {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let end = target.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
        return mark < end ? Array(target[(mark + 1)..<end]) : nil
    }

    /// The value of the first `name=value` among parts that `separator` divides; blanks before a cookie's name do not count.
    private static func member(_ name: String, of text: [UInt8], separator: UInt8) -> [UInt8]? {
        let wanted = Array(name.utf8) + [UInt8(ascii: "=")]
        for part in text.split(separator: separator, omittingEmptySubsequences: false) {
            let part = separator == UInt8(ascii: ";") ? part.drop { $0 == 32 || $0 == 9 } : part
            if part.starts(with: wanted) { return Array(part.dropFirst(wanted.count)) }
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
