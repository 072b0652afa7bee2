import Foundation

/// Processor time of this thread: what others on the machine do is not in it.
enum ProcessorTime {
    /// Nanoseconds that `work` took for each of `count` evaluations.
    static func perEvaluation(_ count: Int, _ work: () throws -> Void) rethrows -> Double {
        let begin = nanoseconds()
        try work()
        return Double(nanoseconds() - begin) / Double(count)
    }

    private static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
