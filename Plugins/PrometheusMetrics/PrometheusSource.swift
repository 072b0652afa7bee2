internal import Foundation
internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// The query API of one Prometheus, bounded in time and size.
struct PrometheusSource {
    static let maximumAnswerBytes = 64 << 20
    static let maximumErrorText = 300
    /// A query is not begun with less time than this.
    static let shortestTime = Duration.milliseconds(20)
    /// Kept of the call's time to turn answers into samples: a call that is over its deadline loses everything that it has read.
    static let reserve = Duration.milliseconds(500)

    enum ResultType: String { case matrix, vector }

    private let settings: Settings
    private let context: CallContext
    private let client: HTTPClient
    private let headers: [HTTPHeader]

    init(_ settings: Settings, _ context: CallContext) throws(QueryFault) {
        self.settings = settings
        self.context = context
        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = settings.authorityFile
        configuration.clientCertificateFile = settings.certificateFile
        configuration.clientKeyFile = settings.keyFile
        client = HTTPClient(configuration: configuration)
        var headers = [HTTPHeader("content-type", "application/x-www-form-urlencoded"), HTTPHeader("accept", "application/json")]
        if let secret = settings.secret {
            do throws(PluginFailure) {
                headers.append(HTTPHeader("authorization", "Bearer \(try secret.resolve())"))
            } catch {
                throw QueryFault(kind: .credentials, reason: "the bearer token for Prometheus: \(error.reason)")
            }
        }
        self.headers = headers
    }

    /// The raw points of a range selector, or with `vector` the label sets of an instant vector.
    func answer(to query: String, at time: Timestamp, as type: ResultType = .matrix) throws(QueryFault) -> MatrixAnswer {
        let shown = query.count > Self.maximumErrorText ? query.prefix(Self.maximumErrorText) + "…" : query[...]
        let response = try send(query, at: time)
        let decoded = try? JSONDecoder().decode(QueryAnswer.self, from: Data(response.body))
        if let decoded, decoded.status == "error" {
            let text = decoded.error.map { String($0.prefix(Self.maximumErrorText)) } ?? "no reason given"
            let kind = Self.kind(errorType: decoded.errorType, text: text, status: response.status)
            throw QueryFault(
                kind: kind, reason: "Prometheus refused \(shown): \(text) (\(decoded.errorType ?? "status \(response.status)"))")
        }
        guard response.status == 200 else {
            throw QueryFault(
                kind: Self.kind(status: response.status),
                reason: "Prometheus at \(settings.url) answered \(response.status)\(Self.advice(status: response.status))")
        }
        guard let decoded, decoded.status == "success", let body = decoded.data else {
            throw QueryFault(kind: .malformed, reason: "\(settings.url) did not answer like Prometheus: no JSON of its query API")
        }
        if let warning = decoded.warnings?.first {
            throw QueryFault(
                kind: .partial, reason: "Prometheus gave a partial answer to \(shown): \(warning.prefix(Self.maximumErrorText))")
        }
        guard body.resultType == type.rawValue else {
            throw QueryFault(
                kind: .malformed, reason: "Prometheus answered \(shown) with a \(body.resultType) instead of a \(type.rawValue)")
        }
        guard body.result.count <= settings.maximumSeries else {
            throw QueryFault(
                kind: .tooMuch,
                reason: "\(shown) matches \(body.result.count) series, more than maximumSeries (\(settings.maximumSeries))")
        }
        return MatrixAnswer(series: body.result.map(Series.init), skew: ClockSkew(response))
    }

    func send(_ query: String, at time: Timestamp) throws(QueryFault) -> HTTPResponse {
        let body = "query=\(Self.formEncoded(query))&time=\(Self.seconds(time))&timeout=\(max(1, settings.timeout.milliseconds))ms"
        let timeout = min(.milliseconds(settings.timeout.milliseconds), context.remaining - Self.reserve)
        guard timeout >= Self.shortestTime else {
            throw QueryFault(kind: .noTime, reason: "the call was over before Prometheus at \(settings.url) could be asked")
        }
        do throws(HTTPError) {
            return try client.sendBlocking(
                HTTPRequest(
                    .post, settings.url + "/api/v1/query", headers: headers, body: Array(body.utf8), timeout: timeout,
                    maximumResponseBytes: Self.maximumAnswerBytes))
        } catch {
            let place = "Prometheus at \(settings.url)"
            switch error.code {
            case .connectFailed, .tls:
                throw QueryFault(kind: .unreachable, reason: "\(place) cannot be reached: \(error.reason)")
            case .timedOut: throw QueryFault(kind: .timedOut, reason: "\(place) did not answer in time: \(error.reason)")
            case .tooLarge: throw QueryFault(kind: .tooMuch, reason: "\(place) answered with too much: \(error.reason)")
            default: throw QueryFault(kind: .malformed, reason: "\(place): \(error.reason)")
            }
        }
    }

    /// What a status without a JSON error says.
    static func kind(status: Int) -> QueryFault.Kind {
        switch status {
        case 429, 500...: .unavailable
        case 413: .tooMuch
        default: .refused
        }
    }

    static func advice(status: Int) -> String {
        switch status {
        case 401, 403: "; look at `secret`"
        case 404: "; is `url` the root of its API?"
        case 300..<400: "; give the `url` that it points to"
        default: ""
        }
    }

    /// Prometheus' own error types. A query over its sample limit comes as `execution`.
    static func kind(errorType: String?, text: String, status: Int) -> QueryFault.Kind {
        switch errorType {
        case "timeout", "canceled", "internal", "unavailable": .unavailable
        case "execution": text.contains("too many samples") ? .tooMuch : .refused
        default: kind(status: status)
        }
    }

    /// Seconds with the three decimals that Prometheus keeps, rounded down: a point after the end must not slip in.
    static func seconds(_ time: Timestamp) -> String {
        let milliseconds = time.microseconds / 1000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    private static func formEncoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count * 2)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
