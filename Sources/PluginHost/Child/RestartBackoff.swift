/// When a failed child process may be started again: waits that double from `first` up to `longest`, without jitter.
///
/// The waits begin anew after a process that lived for `stableAfter`.
struct RestartBackoff {
    let first: Duration
    let longest: Duration
    let stableAfter: Duration

    /// Enough to come from any first wait to any longest one.
    private static let maximumDoublings = 32

    private var failures = 0
    private(set) var notBefore: ContinuousClock.Instant?
    private var startedAt: ContinuousClock.Instant?

    init(first: Duration, longest: Duration, stableAfter: Duration) {
        self.first = first
        self.longest = longest
        self.stableAfter = stableAfter
    }

    func mayStart(at now: ContinuousClock.Instant) -> Bool { notBefore.map { $0 <= now } ?? true }

    mutating func started(at now: ContinuousClock.Instant) {
        startedAt = now
        notBefore = nil
    }

    /// Counts a failure; returns when the next start is due.
    mutating func failed(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        if let startedAt, startedAt.duration(to: now) >= stableAfter { failures = 0 }
        startedAt = nil
        failures += 1
        var wait = first
        for _ in 1..<min(failures, Self.maximumDoublings) { wait *= 2 }
        let until = now + min(wait, longest)
        notBefore = until
        return until
    }
}
