internal import NIOCore
internal import ReleaseModel

/// Answers requests from the plans in force. One for each connection: it keeps the set of plans that it saw last.
struct RequestAnswering {
    let board: PlanBoard
    let counters: EdgeCounters
    let now: @Sendable () -> Timestamp
    private var plans: [String: LoadedPlan] = [:]
    private var last: LoadedPlan?
    private var version = -1

    init(board: PlanBoard, counters: EdgeCounters, now: @escaping @Sendable () -> Timestamp) {
        self.board = board
        self.counters = counters
        self.now = now
    }

    /// Writes the answer to one request.
    mutating func answer(_ head: borrowing RequestHead, _ bytes: borrowing Span<UInt8>, keepsAlive: Bool, into output: inout ByteBuffer)
        throws(RequestFault)
    {
        let isHead = RequestHead.isSame(bytes, head.method, Self.head)
        guard isHead || RequestHead.isSame(bytes, head.method, Self.get) else { throw .method }
        if RequestHead.isSame(bytes, head.target, Self.decide) {
            decide(head, bytes, isHead: isHead, keepsAlive: keepsAlive, into: &output)
            return
        }
        let target = String(decoding: RequestHead.copy(bytes, head.target), as: UTF8.self)
        let answer = information(target)
        AnswerText.write(
            answer.status, type: answer.type, body: answer.body, isHead: isHead, keepsAlive: keepsAlive, isHTTP11: head.isHTTP11,
            into: &output)
    }

    private mutating func decide(
        _ head: borrowing RequestHead, _ bytes: borrowing Span<UInt8>, isHead: Bool, keepsAlive: Bool, into output: inout ByteBuffer
    ) {
        let proxy = ProxyHeaders(head, bytes)
        guard !proxy.hasTwice, let service = proxy.service, proxy.target != nil else {
            counters.badRequest.increment()
            let reason = proxy.hasTwice ? "a header of the proxy is there twice" : "x-tidegate-service and x-original-uri are needed"
            AnswerText.write(
                "400 Bad Request", body: reason + "\n", isHead: isHead, keepsAlive: keepsAlive, isHTTP11: head.isHTTP11, into: &output)
            return
        }
        refresh()
        guard let plan = plan(of: service, bytes) else {
            counters.unknownService.increment()
            AnswerText.write(
                "404 Not Found", body: "there is no plan for this service\n", isHead: isHead, keepsAlive: keepsAlive,
                isHTTP11: head.isHTTP11, into: &output)
            return
        }
        let request = DecisionAnswer.request(proxy, head, bytes, plan)
        let peer = proxy.peer.map { RequestHead.copy(bytes, $0) }
        DecisionAnswer.write(
            request, peer: peer, plan: plan, now: now(), keepsAlive: keepsAlive, isHTTP11: head.isHTTP11, into: &output)
    }

    private mutating func refresh() {
        let newest = board.version
        guard newest != version else { return }
        plans = board.plans
        last = nil
        version = newest
    }

    /// The plan of a service. A connection mostly asks about the same one again.
    private mutating func plan(of service: Range<Int>, _ bytes: borrowing Span<UInt8>) -> LoadedPlan? {
        if let last, RequestHead.isEqual(bytes, service, last.serviceName) { return last }
        last = plans[String(decoding: RequestHead.copy(bytes, service), as: UTF8.self)]
        return last
    }

    private func information(_ target: String) -> (status: String, type: String, body: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts[0] {
        case "/status": return status(parts.count == 2 ? String(parts[1]) : "")
        case "/metrics": return ("200 OK", MetricsText.contentType, MetricsText.text(board, counters))
        case "/healthz": return ("200 OK", "text/plain; charset=utf-8", "ok\n")
        default:
            return ("404 Not Found", "text/plain; charset=utf-8", "there is /decide, /status, /metrics and /healthz\n")
        }
    }

    private func status(_ query: String) -> (status: String, type: String, body: String) {
        let json = "application/json"
        guard !query.isEmpty else { return ("200 OK", json, Self.text(of: EdgeStatus(board))) }
        guard query.hasPrefix("service=") else {
            return ("400 Bad Request", "text/plain; charset=utf-8", "ask for /status?service=NAME, or for /status\n")
        }
        let service = String(query.dropFirst("service=".count))
        let problem = board.problems[service]
        guard let plan = board.plans[service] else {
            let reason = problem ?? "there is no plan for this service"
            return ("404 Not Found", json, Self.text(of: EdgeStatus.Problem(service: service, reason: reason)))
        }
        return ("200 OK", json, Self.text(of: ServiceStatus(plan, problem: problem)))
    }

    private static func text(of value: some Encodable) -> String {
        // Texts, whole numbers and lists always have a JSON form.
        ((try? JSONValue(encoding: value).canonicalText) ?? "{}") + "\n"
    }

    private static let get = Array("get".utf8)
    private static let head = Array("head".utf8)
    private static let decide = Array("/decide".utf8)
}
