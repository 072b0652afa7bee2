import HTTPClient
import HTTPTypes

/// The service that this one asks while it answers. What belongs to the user's request goes along: who it is, its trace and its colours.
struct Downstream: Sendable {
    /// Headers that a service hands on from hop to hop. What begins with the colour header's name belongs to it.
    static let forwarded = ["x-user-id", "traceparent", "tracestate", "baggage"]
    static let tagHeader = "x-gray-tag"
    static let timeout: Duration = .seconds(2)

    let base: String
    let client: HTTPClient

    init(base: String, client: HTTPClient) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.client = client
    }

    /// The revision that answered; nil when none did.
    func revision(path: String, headers: HTTPFields) async -> String? {
        var request = HTTPRequest(.get, base + path, timeout: Self.timeout)
        request.headers = Self.onward(headers)
        guard let response = try? await client.send(request), response.status < 500 else { return nil }
        return response.header("x-revision")
    }

    static func onward(_ headers: HTTPFields) -> [HTTPHeader] {
        headers.compactMap { field in
            let name = field.name.canonicalName
            return forwarded.contains(name) || name.hasPrefix(tagHeader) ? HTTPHeader(name, field.value) : nil
        }
    }
}
