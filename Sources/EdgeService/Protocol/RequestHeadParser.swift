/// Reads the heads of HTTP/1 requests (RFC 9112), strictly: nginx writes them, and whatever is not well-formed is refused.
///
/// Lines end in CR LF, there is no folding, a name is a token, and a request has no body. One parser serves one connection: it remembers
/// how far an incomplete head was searched, so that a head which comes byte by byte costs no more than one that comes at once.
struct RequestHeadParser {
    let maximumBytes: Int
    let maximumFields: Int
    /// The last head that `parse` completed.
    private(set) var head = RequestHead()
    private var searched = 0

    init(limits: EdgeLimits) {
        maximumBytes = limits.maximumHeadBytes
        maximumFields = limits.maximumHeaders
    }

    /// Reads a head from the beginning of `bytes` into `head`.
    ///
    /// - Returns: false while it is incomplete; call again with the same bytes and more.
    mutating func parse(_ bytes: borrowing Span<UInt8>) throws(RequestFault) -> Bool {
        guard let end = end(of: bytes) else {
            if bytes.count >= maximumBytes { throw .tooLarge }
            return false
        }
        guard end <= maximumBytes else { throw .tooLarge }
        searched = 0
        head.fields.removeAll(keepingCapacity: true)
        head.length = end
        var position = try requestLine(bytes)
        head.keepsAlive = head.isHTTP11
        while position < end - 2 { position = try field(bytes, from: position) }
        return true
    }

    /// The offset after the first empty line; nil while there is none.
    private mutating func end(of bytes: borrowing Span<UInt8>) -> Int? {
        let limit = min(bytes.count, maximumBytes + 4)
        var index = max(3, searched)
        while index < limit {
            if bytes[index] == 10 {
                if bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 { return index + 1 }
                index += 1
            } else {
                // The empty line ends with LF CR LF; two bytes on is the nearest that can be its last when this one is a CR.
                index += bytes[index] == 13 ? 1 : 2
            }
        }
        searched = max(3, limit - 1)
        return nil
    }

    private mutating func requestLine(_ bytes: borrowing Span<UInt8>) throws(RequestFault) -> Int {
        var index = 0
        while index < head.length, Self.isToken(bytes[index]) { index += 1 }
        guard index > 0, bytes[index] == 32 else { throw .malformed }
        head.method = 0..<index
        let start = index + 1
        index = start
        while index < head.length, bytes[index] > 32, bytes[index] != 127 { index += 1 }
        guard index > start, bytes[index] == 32 else { throw .malformed }
        head.target = start..<index
        let version = index + 1
        let expected: StaticString = "http/1."
        guard head.length - version >= 10, bytes[version + 8] == 13, bytes[version + 9] == 10 else { throw .malformed }
        for offset in 0..<7 where bytes[version + offset] | (offset < 4 ? 32 : 0) != expected.utf8Start[offset] { throw .malformed }
        switch bytes[version + 7] {
        case UInt8(ascii: "1"): head.isHTTP11 = true
        case UInt8(ascii: "0"): head.isHTTP11 = false
        default: throw .malformed
        }
        return version + 10
    }

    /// Reads one header line.
    ///
    /// - Returns: where the next line begins.
    private mutating func field(_ bytes: borrowing Span<UInt8>, from start: Int) throws(RequestFault) -> Int {
        guard head.fields.count < maximumFields else { throw .tooLarge }
        var index = start
        while Self.isToken(bytes[index]) { index += 1 }
        guard index > start, bytes[index] == UInt8(ascii: ":") else { throw .malformed }
        let name = start..<index
        index += 1
        while bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        let valueStart = index
        while bytes[index] != 13 {
            guard bytes[index] != 10, bytes[index] != 0 else { throw .malformed }
            index += 1
        }
        guard bytes[index + 1] == 10 else { throw .malformed }
        var valueEnd = index
        while valueEnd > valueStart, bytes[valueEnd - 1] == 32 || bytes[valueEnd - 1] == 9 { valueEnd -= 1 }
        let field = RequestHead.Field(name: name, value: valueStart..<valueEnd)
        head.fields.append(field)
        try note(bytes, field)
        return index + 2
    }

    /// Headers that say how the connection goes on.
    private mutating func note(_ bytes: borrowing Span<UInt8>, _ field: RequestHead.Field) throws(RequestFault) {
        switch field.name.count {
        case Self.connection.count where RequestHead.isSame(bytes, field.name, Self.connection):
            if RequestHead.isSame(bytes, field.value, Self.close) { head.keepsAlive = false }
            if RequestHead.isSame(bytes, field.value, Self.keepAlive) { head.keepsAlive = true }
        case Self.contentLength.count where RequestHead.isSame(bytes, field.name, Self.contentLength):
            for index in field.value where bytes[index] != UInt8(ascii: "0") { throw .body }
        case Self.transferEncoding.count where RequestHead.isSame(bytes, field.name, Self.transferEncoding): throw .body
        default: break
        }
    }

    private static let connection = Array("connection".utf8)
    private static let close = Array("close".utf8)
    private static let keepAlive = Array("keep-alive".utf8)
    private static let contentLength = Array("content-length".utf8)
    private static let transferEncoding = Array("transfer-encoding".utf8)

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 94...122, 33, 35...39, 42, 43, 45, 46, 124, 126: true
        default: false
        }
    }
}
