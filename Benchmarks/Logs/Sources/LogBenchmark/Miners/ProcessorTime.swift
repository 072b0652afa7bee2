import Foundation

/// Processor time of this thread: what others on the machine do is not in it.
enum ProcessorTime {
    static func nanoseconds(_ work: () throws -> Void) rethrows -> UInt64 {
        let begin = now()
        try work()
        return now() - begin
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
