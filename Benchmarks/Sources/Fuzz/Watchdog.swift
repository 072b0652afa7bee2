import Foundation
import Synchronization

/// Says at which input the process crashed or hangs, from within a signal handler.
enum Watchdog {
    private static let current = Atomic<UInt64>(0)
    private static let seen = Atomic<UInt64>(.max)
    private static let intervalSeconds: UInt32 = 20

    static func start() {
        for crash in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] { signal(crash) { Watchdog.end($0, "crashed") } }
        signal(SIGALRM) { _ in Watchdog.tick() }
        alarm(intervalSeconds)
    }

    static func enter(_ number: UInt64) { current.store(number, ordering: .relaxed) }
    static func leave() { alarm(0) }

    /// Two ticks within one input are a hang.
    private static func tick() {
        let number = current.load(ordering: .relaxed)
        if seen.exchange(number, ordering: .relaxed) == number { end(SIGALRM, "hangs") }
        alarm(intervalSeconds)
    }

    /// Nothing that a signal handler may not call is called: no memory from the heap, only `write`.
    private static func end(_ signal: Int32, _ what: StaticString) {
        write(2, "input ", 6)
        writeDigits(current.load(ordering: .relaxed))
        write(2, " ", 1)
        write(2, what.utf8Start, what.utf8CodeUnitCount)
        write(2, "\n", 1)
        _exit(128 + signal)
    }

    private static func writeDigits(_ number: UInt64) {
        if number >= 10 { writeDigits(number / 10) }
        var digit = UInt8(48 + number % 10)
        write(2, &digit, 1)
    }
}
