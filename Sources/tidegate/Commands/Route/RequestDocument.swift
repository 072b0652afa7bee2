import ReleaseModel

/// A request as `--request` reads it, in JSON. What is left out is as the flags say, and otherwise a GET of / from this machine.
///
/// ```json
/// {"method": "GET", "url": "https://shop.example/cart?debug=1", "clientAddress": "10.1.2.3",
///  "headers": {"x-canary": "true"}, "cookies": {"uid": "7"}, "tags": ["user-v2"]}
/// ```
struct RequestDocument: Codable, Sendable, Hashable {
    var method: String?
    /// With scheme and host, or only path and query.
    var url: String?
    var clientAddress: String?
    var headers: [String: String]?
    var cookies: [String: String]?
    /// Colours that the request carries and that are believed.
    var tags: [String]?
}
