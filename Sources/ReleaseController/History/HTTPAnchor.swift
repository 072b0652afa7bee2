public import HTTPClient
import ReleaseModel

/// An HTTP endpoint that takes each head as the body of a POST and answers with a status of 200 to 299 once it has kept it.
public struct HTTPAnchor: CheckpointAnchor {
    static let timeout = Duration.seconds(10)

    private let url: String
    private let http: HTTPClient

    public init(url: String, http: HTTPClient) {
        self.url = url
        self.http = http
    }

    public var place: String { String(HTTPRequest(.post, url).place.dropFirst("POST ".count)) }

    public func put(_ note: String, size: UInt64) async throws {
        let answer = try await http.send(
            HTTPRequest(
                .post, url, headers: [HTTPHeader("content-type", "text/plain; charset=utf-8")], body: Array(note.utf8),
                timeout: Self.timeout,
                maximumResponseBytes: 1 << 16))
        guard (200..<300).contains(answer.status) else {
            throw ReleaseError(.unavailable, "the endpoint answered with status \(answer.status)", place: place)
        }
    }
}
