import CSystemClock
import Foundation
import ReleaseModel

/// What the kernel says of this machine's clock.
struct ClockState: Sendable, Hashable {
    /// True while a time service keeps the clock right; nil where the kernel does not say.
    var isSynchronized: Bool?
    /// The largest error that the kernel reckons with; nil where it does not say.
    var maximumErrorMicroseconds: Int64?

    static func read() -> ClockState {
        var state = timex()
        let result = adjtimex(&state)
        // TIME_ERROR is the answer of a clock that nobody disciplines.
        guard result >= 0 else { return ClockState(isSynchronized: nil, maximumErrorMicroseconds: nil) }
        return ClockState(
            isSynchronized: result != TIME_ERROR && state.status & STA_UNSYNC == 0, maximumErrorMicroseconds: Int64(state.maxerror))
    }
}
