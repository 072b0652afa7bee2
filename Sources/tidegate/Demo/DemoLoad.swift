import HTTPClient
import ReleaseModel
import Synchronization

/// The demo's users: a bounded number of requests at a steady rate, each user with an identity of its own.
final class DemoLoad: Sendable {
    static let requestsPerSecond = 120
    static let users = 2000
    /// One user of so many asked for what is new.
    static let betaEvery = 20
    /// The most requests that one demo sends.
    static let maximumRequests = 120_000
    /// The most requests under way at once; a slow service slows the users down.
    static let maximumConcurrent = 96

    /// What the users saw.
    struct Seen: Sendable {
        var requests = 0
        /// Answers of 500 or more, and requests without an answer.
        var errors = 0
        /// Answers by the revision that gave them.
        var byRevision: [String: Int] = [:]
        var underWay = 0
    }

    private let entry: String
    private let http: HTTPClient
    private let seen = Mutex(Seen())

    init(entry: String, http: HTTPClient) {
        self.entry = entry
        self.http = http
    }

    var soFar: Seen { seen.withLock { $0 } }

    /// Sends requests until the task is cancelled or the limit is reached.
    func run() async {
        let interval = Duration.seconds(1) / Self.requestsPerSecond
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            for index in 0..<Self.maximumRequests {
                guard (try? await Task.sleep(until: start + interval * index, clock: .continuous)) != nil else { break }
                let mayStart = seen.withLock { seen in
                    guard seen.underWay < Self.maximumConcurrent else { return false }
                    seen.underWay += 1
                    return true
                }
                if mayStart { group.addTask { await self.send(user: index &* 7919 % Self.users) } }
            }
            group.cancelAll()
        }
    }

    private func send(user: Int) async {
        // A trace of its own for every request, so that its hops can be joined again.
        let trace = String(UInt64.random(in: 1 ... .max), radix: 16) + String(UInt64.random(in: 1 ... .max), radix: 16)
        let identifier = String(repeating: "0", count: 32 - trace.count) + trace
        var headers = [
            HTTPHeader("x-user-id", "user-\(user)"), HTTPHeader("traceparent", "00-\(identifier)-00f067aa0ba902b7-01"),
        ]
        if user % Self.betaEvery == 0 { headers.append(HTTPHeader("cookie", "\(DownstreamService.tag)=1")) }
        let request = HTTPRequest(.get, "\(entry)/cart/\(user)", headers: headers, timeout: .seconds(5))
        let response = try? await http.send(request)
        let isCancelled = Task.isCancelled && response == nil
        seen.withLock { seen in
            seen.underWay -= 1
            guard !isCancelled else { return }
            seen.requests += 1
            if response.map({ $0.status >= 500 }) ?? true { seen.errors += 1 }
            if let revision = response?.header("x-tidegate-revision") { seen.byRevision[revision, default: 0] += 1 }
        }
    }
}
