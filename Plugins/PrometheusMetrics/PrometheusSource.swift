internal import Foundation
internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// Why a query brought nothing usable, in words for the person who reads the release's problem.
struct QueryFault: Error {
    var reason: String
}

/// The query API of one Prometheus, bounded in time and size.
struct PrometheusSource {
    static let maximumAnswerBytes = 64 << 20
    static let maximumErrorText = 300

    private let settings: Settings
    private let context: CallContext
    private let client: HTTPClient
    private let headers: [HTTPHeader]

    init(_ settings: Settings, _ context: CallContext) throws(QueryFault) {
        self.settings = settings
        self.context = context
        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = settings.authorityFile
        client = HTTPClient(configuration: configuration)
        var headers = [HTTPHeader("content-type", "application/x-www-form-urlencoded"), HTTPHeader("accept", "application/json")]
        if let secret = settings.secret {
            do throws(PluginFailure) {
                headers.append(HTTPHeader("authorization", "Bearer \(try secret.resolve())"))
            } catch {
                throw QueryFault(reason: "the bearer token for Prometheus: \(error.reason)")
            }
        }
        self.headers = headers
    }

    func answer(to query: String, at time: Timestamp) throws(QueryFault) -> MatrixAnswer {
        let response = try send(query, at: time)
        let decoded = try? JSONDecoder().decode(QueryAnswer.self, from: Data(response.body))
        if let decoded, decoded.status == "error" {
            let text = decoded.error.map { String($0.prefix(Self.maximumErrorText)) } ?? "no reason given"
            throw QueryFault(reason: "Prometheus refused \(query): \(text) (\(decoded.errorType ?? "status \(response.status)"))")
        }
        guard response.status == 200 else { throw QueryFault(reason: "Prometheus at \(settings.url) answered \(response.status)") }
        guard let decoded, decoded.status == "success", let body = decoded.data else {
            throw QueryFault(reason: "\(settings.url) did not answer like Prometheus: no JSON of its query API")
        }
        if let warning = decoded.warnings?.first {
            throw QueryFault(reason: "Prometheus gave a partial answer to \(query): \(warning.prefix(Self.maximumErrorText))")
        }
        guard body.resultType == "matrix" else {
            throw QueryFault(reason: "Prometheus answered \(query) with a \(body.resultType) instead of raw points")
        }
        guard body.result.count <= settings.maximumSeries else {
            throw QueryFault(reason: "\(query) matches \(body.result.count) series, more than maximumSeries (\(settings.maximumSeries))")
        }
        return MatrixAnswer(series: body.result.map(Self.series))
    }

    private func send(_ query: String, at time: Timestamp) throws(QueryFault) -> HTTPResponse {
        let body = "query=\(Self.formEncoded(query))&time=\(Self.seconds(time))&timeout=\(max(1, settings.timeout.milliseconds))ms"
        let timeout = min(.milliseconds(settings.timeout.milliseconds), context.remaining)
        do throws(HTTPError) {
            return try client.sendBlocking(
                HTTPRequest(
                    .post, settings.url + "/api/v1/query", headers: headers, body: Array(body.utf8), timeout: timeout,
                    maximumResponseBytes: Self.maximumAnswerBytes))
        } catch {
            switch error.code {
            case .connectFailed: throw QueryFault(reason: "Prometheus at \(settings.url) cannot be reached: \(error.reason)")
            case .timedOut: throw QueryFault(reason: "Prometheus at \(settings.url) did not answer in time: \(error.reason)")
            default: throw QueryFault(reason: "the query to Prometheus at \(settings.url) failed: \(error.reason)")
            }
        }
    }

    private static func series(_ row: QueryAnswer.Row) -> Series {
        let points = (row.values ?? []).map { Series.Point(time: $0.time, value: $0.value) }
        return Series(labels: row.metric, points: points.sorted { $0.time < $1.time })
    }

    /// Seconds with the three decimals that Prometheus keeps, rounded down: a point after the end must not slip in.
    static func seconds(_ time: Timestamp) -> String {
        let milliseconds = time.microseconds / 1000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    private static func formEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
