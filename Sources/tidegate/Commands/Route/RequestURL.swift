import ReleaseModel

/// The parts of a URL that a request is made of: `https://shop.example:8443/cart?debug=1`, or only `/cart?debug=1`.
struct RequestURL: Sendable, Hashable {
    static let maximumBytes = 16 * 1024

    var scheme = "http"
    /// With the port, as the Host header has it.
    var host = "localhost"
    /// Path and query.
    var target: String

    init(_ text: String, place: String) throws(ReleaseError) {
        func wrong(_ reason: String) -> ReleaseError {
            ReleaseError(.invalidInput, reason, place: place, advice: "write https://shop.example/cart?debug=1, or only /cart?debug=1")
        }
        guard text.utf8.count <= Self.maximumBytes else { throw wrong("the URL is longer than \(Self.maximumBytes) bytes") }
        guard text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else { throw wrong("a URL has no blanks and no control characters") }
        var rest = text[...]
        if !text.hasPrefix("/") {
            guard let mark = text.firstRange(of: "://") else { throw wrong("'\(text)' is no URL") }
            scheme = text[..<mark.lowerBound].lowercased()
            guard ["http", "https"].contains(scheme) else { throw wrong("'\(scheme)' is neither http nor https") }
            rest = text[mark.upperBound...]
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            host = String(rest[..<end])
            guard !host.isEmpty, !host.contains("@") else { throw wrong("the URL must name a host, and no user") }
            rest = rest[end...]
        }
        let whole = rest.prefix { $0 != "#" }
        target = whole.hasPrefix("/") ? String(whole) : "/" + whole
    }
}
