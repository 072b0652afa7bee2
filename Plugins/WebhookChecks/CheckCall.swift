internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// Calls the endpoint of one check.
struct CheckCall {
    static let maximumAnswerBytes = 64 * 1024
    /// Kept of the time of the plugin's own call.
    static let reserve = Duration.milliseconds(300)
    static let shortestTime = Duration.milliseconds(20)

    let client: HTTPClient
    let context: CallContext

    enum Answer {
        /// 1 for success, 0 for a failure that `reason` tells.
        case value(Double, reason: String?)
        /// There was no time left to ask.
        case notAsked
    }

    /// A status of 200 to 299 is success. Anything else, an endpoint that cannot be reached among it, is a failure: what a check guards
    /// must not pass because its guard is away.
    func ask(_ check: WebhookCheck, for subject: CollectSubject) -> Answer {
        let timeout = min(.milliseconds(check.timeout.milliseconds), context.remaining - Self.reserve)
        guard timeout >= Self.shortestTime else { return .notAsked }
        var headers = [HTTPHeader("content-type", "application/json"), HTTPHeader("accept", "*/*")]
        if let secret = check.secret {
            do throws(PluginFailure) {
                headers.append(HTTPHeader("authorization", "Bearer \(try secret.resolve())"))
            } catch {
                return .value(0, reason: "its bearer token: \(error.reason)")
            }
        }
        do throws(HTTPError) {
            let response = try client.sendBlocking(
                HTTPRequest(
                    .post, check.url, headers: headers, body: check.body(for: subject), timeout: timeout,
                    maximumResponseBytes: Self.maximumAnswerBytes))
            if (200..<300).contains(response.status) { return .value(1, reason: nil) }
            return .value(0, reason: "status \(response.status)")
        } catch {
            return .value(0, reason: error.reason)
        }
    }
}
