import Foundation
import HTTPClient

/// Pushes the queued log lines to a Loki endpoint every half second.
///
/// A batch that was refused for a passing reason (429, 5xx, no connection) is tried again at the next turn, up to a limit; while it
/// waits, new lines gather in the outlet's bounded queue.
struct LokiShipper: Sendable {
    static let interval = Duration.milliseconds(500)
    static let attempts = 20

    let url: String
    let token: String?
    let identity: ServiceIdentity
    let outlet: LogOutlet
    let client: HTTPClient

    /// Ships until the task is cancelled.
    func run() async throws {
        while true {
            try await Task.sleep(for: Self.interval)
            while try await shipBatch(attempts: Self.attempts, wait: Self.interval) == LogOutlet.maximumBatch {}
        }
    }

    /// Ships what is left when the service ends, trying each batch once.
    func finish() async {
        while let count = try? await shipBatch(attempts: 1, wait: .zero), count > 0 {}
    }

    /// Returns the number of entries that were taken.
    private func shipBatch(attempts: Int, wait: Duration) async throws -> Int {
        let batch = outlet.takeBatch()
        guard !batch.isEmpty else { return 0 }
        let body = Array(payload(batch).utf8)
        for attempt in 1...attempts {
            switch await push(body) {
            case .delivered: return batch.count
            case .refused:
                outlet.drop(batch.count)
                return batch.count
            case .tryAgain where attempt < attempts: try await Task.sleep(for: wait)
            case .tryAgain: break
            }
        }
        outlet.drop(batch.count)
        return batch.count
    }

    private enum Outcome { case delivered, refused, tryAgain }

    private func push(_ body: [UInt8]) async -> Outcome {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if let token { headers.append(HTTPHeader("Authorization", "Bearer \(token)")) }
        let request = HTTPRequest(.post, url, headers: headers, body: body, timeout: .seconds(2))
        guard let response = try? await client.send(request) else { return .tryAgain }
        switch response.status {
        case 200..<300: return .delivered
        case 429, 500...: return .tryAgain
        default: return .refused
        }
    }

    /// Loki's JSON push format: one stream for each level, times in nanoseconds as text.
    func payload(_ batch: [LogOutlet.Entry]) -> String {
        var streams: [String] = []
        for severity in [LogLine.Severity.info, .warn, .error] {
            let entries = batch.filter { $0.severity == severity }
            guard !entries.isEmpty else { continue }
            let labels =
                "{\"service\":\(JSONText.quoted(identity.service)),\"revision\":\(JSONText.quoted(identity.revision)),"
                + "\"instance\":\(JSONText.quoted(identity.instance)),\"level\":\"\(severity.rawValue)\"}"
            let values = entries.map { entry in
                let microseconds = Int64((entry.time.timeIntervalSince1970 * 1_000_000).rounded())
                return "[\"\(microseconds)000\",\(JSONText.quoted(entry.json))]"
            }
            streams.append("{\"stream\":\(labels),\"values\":[\(values.joined(separator: ","))]}")
        }
        return "{\"streams\":[\(streams.joined(separator: ","))]}"
    }
}
