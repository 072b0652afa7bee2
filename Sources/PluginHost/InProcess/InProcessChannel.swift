internal import Dispatch
internal import ReleaseModel
internal import Synchronization

/// The way to a trusted plugin inside this process. Calls run one after the other on a queue of their own; one that stalls cannot be ended,
/// only given up: until it returns, the calls behind it run out of time.
final class InProcessChannel: PluginChannel {
    private struct Shared {
        var waiting = 0
        var stopped = false
    }

    private let image: PluginImage
    private let limits: PluginLimits
    private let clock: HostClock
    private let queue: DispatchQueue
    private let shared = Mutex(Shared())

    init(_ image: PluginImage, limits: PluginLimits, clock: HostClock) {
        self.image = image
        self.limits = limits
        self.clock = clock
        queue = DispatchQueue(label: "plugin \(image.name)")
    }

    var state: PluginState {
        shared.withLock { $0.stopped } ? .failed(error(.unavailable, "the plugin host has shut down")) : .running
    }
    var processIdentifier: Int32? { nil }
    var restarts: Int { 0 }

    func call(_ operation: UInt32, _ payload: [UInt8], deadline: ContinuousClock.Instant) async throws(ReleaseError) -> [UInt8] {
        if let refusal = takePlace() { throw refusal }
        let left = clock.now().duration(to: deadline)
        let given = left - min(limits.reserve, left / 10)
        let milliseconds = UInt32(clamping: given.wholeMilliseconds)
        let started = clock.now()
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<[UInt8], ReleaseError>, Never>) in
            let answer = FirstAnswer(continuation)
            queue.async { [self] in
                defer { shared.withLock { $0.waiting -= 1 } }
                guard !answer.isGiven else { return }
                let waited = UInt32(clamping: started.duration(to: clock.now()).wholeMilliseconds)
                let reply = image.call(operation, payload, milliseconds: milliseconds > waited ? milliseconds - waited : 0)
                do throws(ReleaseError) {
                    answer.give(.success(try unwrap(status: reply.status, bytes: reply.bytes, plugin: image.name)))
                } catch {
                    answer.give(.failure(error))
                }
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(clamping: max(0, left.wholeMilliseconds)))) { [self] in
                answer.give(.failure(error(.timedOut, "gave no answer in time; it is not isolated and cannot be ended")))
            }
        }
        return try result.get()
    }

    func stop() async { shared.withLock { $0.stopped = true } }

    private func takePlace() -> ReleaseError? {
        shared.withLock { shared in
            if shared.stopped { return error(.unavailable, "the plugin host has shut down") }
            guard shared.waiting < limits.queuedCalls else {
                return error(.limitExceeded, "\(limits.queuedCalls) calls wait for it already")
            }
            shared.waiting += 1
            return nil
        }
    }

    private func error(_ code: ReleaseError.Code, _ reason: String) -> ReleaseError {
        ReleaseError(code, reason, place: "plugin \(image.name)")
    }
}

/// The first of answer and time-out is taken, the other one dropped.
private final class FirstAnswer: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result<[UInt8], ReleaseError>, Never>?>

    init(_ continuation: CheckedContinuation<Result<[UInt8], ReleaseError>, Never>) { self.continuation = Mutex(continuation) }

    var isGiven: Bool { continuation.withLock { $0 == nil } }

    func give(_ result: Result<[UInt8], ReleaseError>) {
        let first = continuation.withLock { stored in
            defer { stored = nil }
            return stored
        }
        first?.resume(returning: result)
    }
}
