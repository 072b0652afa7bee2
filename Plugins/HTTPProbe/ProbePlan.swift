internal import PluginKit
internal import ReleaseModel

/// The probes of one release for one window, and what becomes of their answers.
struct ProbePlan {
    /// Probes of one arm in one call, whatever the rate and the window.
    static let maximumPerArm = 200
    /// A longer gap than this since the last window brings no more probes.
    static let longestGap = TimeSpan.seconds(60)
    /// The first window has no predecessor to measure its length by.
    static let firstGap = TimeSpan.seconds(10)

    /// One server that is asked some times, one after the other.
    struct Job: Sendable {
        var arm: String
        var server: String
        var count: Int
        var release: ReleaseID
    }

    private static let version = 1.0

    let jobs: [Job]
    private let subject: CollectSubject
    private let windowEnd: Timestamp
    private let state: JSONValue
    private let silent: [String]

    init(_ subject: CollectSubject, windowEnd: Timestamp, _ settings: ProbeSettings) {
        self.subject = subject
        self.windowEnd = windowEnd
        let previous = subject.state?["version"]?.number == Self.version ? subject.state : nil
        let through = previous?["through"]?.string.flatMap(Timestamp.init(rfc3339:))
        let turn = Int(previous?["turn"]?.number ?? 0)
        // A window that was probed already is not probed again.
        if let through, windowEnd <= through {
            jobs = []
            silent = []
            state = previous ?? .null
            return
        }
        let gap = min(through.map { windowEnd - $0 } ?? Self.firstGap, Self.longestGap)
        let count = min(max(1, Int((gap.seconds * settings.rate).rounded())), Self.maximumPerArm)
        var jobs: [Job] = []
        var silent: [String] = []
        for arm in subject.arms where arm.weight > .zero {
            let servers = subject.servers?.first { $0.arm == arm.name }?.servers ?? []
            if servers.isEmpty { silent.append(arm.name) }
            for (index, server) in servers.enumerated() {
                // The first servers in turn get one more where the probes do not divide.
                let place = (index + servers.count - turn % max(1, servers.count)) % servers.count
                let share = count / servers.count + (place < count % servers.count ? 1 : 0)
                if share > 0 { jobs.append(Job(arm: arm.name, server: server, count: share, release: subject.release)) }
            }
        }
        self.jobs = jobs
        self.silent = silent
        state = [
            "version": .number(Self.version), "through": .string(windowEnd.description),
            "turn": .number(Double((turn + count) % 1_000_000)),
        ]
    }

    /// - Parameter answers: one for each job, in their order.
    func result(_ answers: [ProbeAnswers]) -> CollectResult {
        var samples: [Sample] = []
        var notes: [String] = silent.map { "arm \($0) has no servers in the target to probe" }
        for (job, answer) in zip(jobs, answers) where answer.count > 0 {
            func add(_ metric: String, _ value: SampleValue) {
                samples.append(Sample(metric: metric, arm: job.arm, instance: job.server, time: windowEnd, value: value))
            }
            add(Metric.probeRequests, .delta(Double(answer.count)))
            add(Metric.probeErrors, .delta(Double(answer.failures)))
            add(Metric.probeLatency, answer.histogram)
            if let reason = answer.lastFailure {
                notes.append("\(answer.failures) of \(answer.count) probes of \(job.server) (\(job.arm)) failed, last: \(reason)")
            }
        }
        let unsent = zip(jobs, answers).reduce(0) { $0 + $1.0.count - $1.1.count }
        if unsent > 0 { notes.append("\(unsent) probes were not sent for want of time") }
        return CollectResult(release: subject.release, samples: samples, state: state, notes: notes.isEmpty ? nil : Array(notes.prefix(8)))
    }
}
