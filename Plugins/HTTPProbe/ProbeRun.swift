internal import Dispatch
internal import HTTPClient
internal import PluginKit
internal import ReleaseModel
internal import Synchronization

/// Sends the probes of one call: servers side by side, a server's own one after the other.
struct ProbeRun: Sendable {
    /// Servers that are asked at the same time.
    static let maximumParallel = 16
    /// Kept of the call's time to give the answers back.
    static let reserve = Duration.milliseconds(300)
    static let maximumAnswerBytes = 1 << 20

    private let settings: ProbeSettings
    private let headers: [HTTPHeader]
    private let client: HTTPClient
    private let context: CallContext

    init(_ settings: ProbeSettings, secret: String?, _ context: CallContext) {
        self.settings = settings
        self.context = context
        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = settings.authorityFile
        configuration.userAgent = "tidegate-probe"
        client = HTTPClient(configuration: configuration)
        var headers = settings.headers.map { HTTPHeader($0.name, $0.value) }
        if let host = settings.host { headers.append(HTTPHeader("host", host)) }
        if let secret { headers.append(HTTPHeader("authorization", "Bearer \(secret)")) }
        self.headers = headers
    }

    /// One answer for each job, in their order.
    func answers(to jobs: [ProbePlan.Job]) -> [ProbeAnswers] {
        let answers = Mutex(Array(repeating: ProbeAnswers(), count: jobs.count))
        let next = Mutex(0)
        let group = DispatchGroup()
        let queue = DispatchQueue(label: "tidegate.probes", attributes: .concurrent)
        for _ in 0..<min(Self.maximumParallel, jobs.count) {
            queue.async(group: group) {
                while let index = next.withLock({ next in
                    defer { next += 1 }
                    return next < jobs.count ? next : nil
                }) {
                    let own = ask(jobs[index])
                    answers.withLock { $0[index] = own }
                }
            }
        }
        group.wait()
        return answers.withLock { $0 }
    }

    private func ask(_ job: ProbePlan.Job) -> ProbeAnswers {
        var answers = ProbeAnswers()
        let timeout = Duration.milliseconds(settings.timeout.milliseconds)
        for _ in 0..<job.count {
            // A probe that cannot have its full time would be called slow for our own hurry.
            guard context.remaining - Self.reserve >= timeout else { break }
            let began = ContinuousClock.now
            let failure = failure(of: job, timeout)
            let took = began.duration(to: .now)
            answers.take(seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18, failure: failure)
        }
        return answers
    }

    /// Why a probe failed; nil when it was answered as it should be.
    private func failure(of job: ProbePlan.Job, _ timeout: Duration) -> String? {
        let request = HTTPRequest(
            settings.method == "HEAD" ? .head : .get, "\(settings.scheme)://\(job.server)\(settings.path)",
            headers: headers + [HTTPHeader("x-tidegate-probe", job.release)], timeout: timeout, connectTimeout: timeout,
            maximumResponseBytes: Self.maximumAnswerBytes)
        do throws(HTTPError) {
            let response = try client.sendBlocking(request)
            guard settings.statuses.contains(response.status) else { return "status \(response.status)" }
            guard let text = settings.contains else { return nil }
            return String(decoding: response.body, as: UTF8.self).contains(text) ? nil : "the answer does not contain '\(text)'"
        } catch {
            return error.reason
        }
    }
}
