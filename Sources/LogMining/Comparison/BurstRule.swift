internal import ReleaseModel

/// A burst: in ten seconds at least so many events, and at least so many times what the minute before let expect.
///
/// What is expected grows with what the canary does: the rate is one per harmless line where it writes such lines, so that more
/// traffic alone is no burst; per time otherwise.
struct BurstRule {
    static let pastWindows = 6

    var factor: Double
    var count: Int

    /// Whether the newest window, or the one before it (which may have been completed later), is a burst.
    func holds(for events: WindowCounts, quiet: WindowCounts, newest: Timestamp) -> Bool {
        isBurst(events, quiet: quiet, start: newest) || isBurst(events, quiet: quiet, start: newest - LogCounter.window)
    }

    private func isBurst(_ events: WindowCounts, quiet: WindowCounts, start: Timestamp) -> Bool {
        let now = Double(events.count(at: start))
        guard now >= Double(count) else { return false }
        let past = (start - LogCounter.window * Double(Self.pastWindows))..<start
        let before = Double(events.sum(past))
        let quietBefore = Double(quiet.sum(past))
        let quietNow = Double(quiet.count(at: start))
        let expected = quietBefore > 0 && quietNow > 0 ? before * quietNow / quietBefore : before / Double(Self.pastWindows)
        return now >= factor * expected
    }
}
