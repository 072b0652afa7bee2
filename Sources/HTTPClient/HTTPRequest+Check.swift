extension HTTPRequest {
    static let maximumHeaderFields = 128
    static let maximumURLBytes = 16 << 10

    /// Refuses what libcurl would send wrongly or not at all.
    func check() throws(HTTPError) {
        func refuse(_ reason: String) -> HTTPError { HTTPError(.invalidRequest, reason, place: place) }
        let scheme = url.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
            throw refuse("the URL must begin with http:// or https://")
        }
        guard url.utf8.count <= Self.maximumURLBytes else { throw refuse("the URL is longer than \(Self.maximumURLBytes) bytes") }
        guard url.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else { throw refuse("the URL holds a space or a control character") }
        guard headers.count <= Self.maximumHeaderFields else { throw refuse("more than \(Self.maximumHeaderFields) header fields") }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isTokenByte) else {
                throw refuse("'\(header.name.filter(\.isLetter))' is not a header name")
            }
            guard header.value.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
                throw refuse("the value of header '\(header.name)' holds a line break")
            }
        }
        guard timeout > .zero, connectTimeout > .zero else { throw HTTPError(.timedOut, "the deadline has already passed", place: place) }
        guard maximumResponseBytes >= 0, maximumRedirects >= 0 else { throw refuse("a limit is negative") }
    }

    /// `tchar` of RFC 9110.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
