import LogMining
import Synchronization

/// What the server counts about itself, printed in Prometheus's text format.
final class ServerMetrics: Sendable {
    /// Upper edges of the request duration histogram, in seconds.
    static let edges = [0.005, 0.02, 0.1, 0.5, 2, 10, 60]

    private struct Key: Hashable, Comparable {
        let method: String
        let route: String
        let status: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    private struct Durations {
        var buckets = [Int](repeating: 0, count: ServerMetrics.edges.count)
        var count = 0
        var sum = 0.0
    }

    let authenticationFailures = Counter()
    let intake = IntakeCounters()
    private let requests = Mutex<[Key: Int]>([:])
    private let durations = Mutex(Durations())

    /// Routes are templates of this server, never what a client sent, so that their number is bounded.
    func count(method: String, route: String, status: Int, took: Duration) {
        let known = ["GET", "POST", "PUT", "DELETE", "HEAD"].contains(method) ? method : "other"
        requests.withLock { $0[Key(method: known, route: route, status: status), default: 0] += 1 }
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        durations.withLock { durations in
            for (index, edge) in Self.edges.enumerated() where seconds <= edge { durations.buckets[index] += 1 }
            durations.count += 1
            durations.sum += seconds
        }
    }

    /// The whole text, in a fixed order.
    func text(waiting: Int, version: String, logs: LogCollectorStatistics, providers: ProviderFamilies) -> String {
        var text = PrometheusText()
        text.family("tidegate_build_info", "gauge", "The version that runs.")
        text.sample("tidegate_build_info", [("version", version)], 1)
        text.family("tidegate_http_requests_total", "counter", "Requests answered.")
        for (key, count) in requests.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            text.sample(
                "tidegate_http_requests_total", [("method", key.method), ("route", key.route), ("status", "\(key.status)")], Double(count))
        }
        let durations = durations.withLock { $0 }
        text.family("tidegate_http_request_duration_seconds", "histogram", "Time to answer, waiting for events included.")
        for (edge, count) in zip(Self.edges, durations.buckets) {
            text.sample("tidegate_http_request_duration_seconds_bucket", [("le", PrometheusText.number(edge))], Double(count))
        }
        text.sample("tidegate_http_request_duration_seconds_bucket", [("le", "+Inf")], Double(durations.count))
        text.sample("tidegate_http_request_duration_seconds_sum", [], durations.sum)
        text.sample("tidegate_http_request_duration_seconds_count", [], Double(durations.count))
        text.family("tidegate_http_authentication_failures_total", "counter", "Calls refused for want of a valid token.")
        text.sample("tidegate_http_authentication_failures_total", [], Double(authenticationFailures.value))
        text.family("tidegate_http_waiting", "gauge", "Calls that wait for events now.")
        text.sample("tidegate_http_waiting", [], Double(waiting))
        intake.write(to: &text, statistics: logs)
        providers.write(to: &text)
        return text.text
    }
}
