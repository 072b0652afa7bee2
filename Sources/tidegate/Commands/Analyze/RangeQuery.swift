import Foundation
import HTTPClient
import ReleaseModel

/// One question for `/api/v1/query_range`, bounded in time and size.
struct RangeQuery {
    static let timeout = Duration.seconds(60)
    static let maximumAnswerBytes = 64 << 20

    let url: String
    let query: String
    let begin: Double
    let end: Double
    let step: Double
    let token: String?

    /// The JSON that Prometheus answered.
    func answer(_ client: HTTPClient, place: String) async throws(ReleaseError) -> JSONValue {
        let fields = [("query", query), ("start", Self.number(begin)), ("end", Self.number(end)), ("step", Self.number(step))]
        let body = fields.map { "\($0)=\(Self.formEncoded($1))" }.joined(separator: "&")
        var headers = [HTTPHeader("content-type", "application/x-www-form-urlencoded"), HTTPHeader("accept", "application/json")]
        if let token { headers.append(HTTPHeader("authorization", "Bearer \(token)")) }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await client.send(
                HTTPRequest(
                    .post, url + "/api/v1/query_range", headers: headers, body: Array(body.utf8), timeout: Self.timeout,
                    maximumResponseBytes: Self.maximumAnswerBytes))
        } catch {
            throw ReleaseError(.unavailable, "Prometheus at \(url) cannot be asked: \(error.reason)", place: place)
        }
        guard let answer = try? JSONValue(parsing: response.body) else {
            throw ReleaseError(
                .unavailable, "\(url) answered \(response.status) and no JSON", place: place, advice: "is this the root of Prometheus' API?"
            )
        }
        return answer
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

    private static func formEncoded(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
