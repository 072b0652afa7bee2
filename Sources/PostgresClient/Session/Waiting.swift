import Glibc

/// What a wait on a connection is bounded by: a deadline, the cancellation of the waiting task, and the end of the session.
struct Waiting {
    enum End: Hashable { case ready, deadline, cancelled, abandoned }

    /// A poll never sleeps longer than this at a stretch, which keeps its argument small.
    static let longestStretchMilliseconds: Int64 = 60_000

    let wakeup: Wakeup
    /// The waiting task was cancelled; nil where the wait must not be ended by that (ROLLBACK, COMMIT).
    let cancelled: Interrupt?
    /// The whole session is to end.
    let abandoned: Interrupt
    var deadline: ContinuousClock.Instant

    /// Waits until the descriptor is ready for one of the poll events, or only for an end when the descriptor is negative.
    func wait(_ descriptor: Int32, _ events: Int32) -> End {
        while true {
            if abandoned.isRaised { return .abandoned }
            if let cancelled, cancelled.isRaised { return .cancelled }
            let left = deadline - ContinuousClock.now
            if left <= .zero { return .deadline }
            var descriptors = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0), pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = min(Self.longestStretchMilliseconds, left.milliseconds + 1)
            let count = poll(&descriptors, 2, Int32(milliseconds))
            if count > 0, descriptors[1].revents != 0 { wakeup.drain() }
            if count > 0, descriptors[0].revents != 0 { return .ready }
        }
    }
}

extension Duration {
    /// Whole milliseconds, at most a year's worth.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(seconds, 366 * 86_400) * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
