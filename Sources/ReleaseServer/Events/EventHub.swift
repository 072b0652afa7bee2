import Logging
import ReleaseModel
import ReleaseStore
import ServiceLifecycle

/// Wakes the calls that wait for something to happen to a release. One LISTEN serves all of them.
///
/// A wake-up carries nothing: whoever wakes looks at the tables again. So a lost one costs a wait, never an event.
actor EventHub: Service {
    private struct Waiter {
        let release: ReleaseID
        let caller: String
        let wake: AsyncStream<Void>.Continuation
    }

    private let store: ReleaseStore
    private let limits: ServerLimits
    private var waiters: [Int: Waiter] = [:]
    private var nextID = 0

    init(store: ReleaseStore, limits: ServerLimits) {
        self.store = store
        self.limits = limits
    }

    /// Passes wake-ups on until the server stops.
    func run() async throws {
        let store = store
        for await release in store.wakeUps().cancelOnGracefulShutdown() { wake(release) }
    }

    var waiting: Int { waiters.count }

    /// A place among those who wait for `release`, held while `body` runs.
    ///
    /// - Throws: `limitExceeded` when there are too many already.
    func withWaiter<Value: Sendable>(
        for release: ReleaseID, caller: String, _ body: @Sendable (Waiting) async throws -> Value
    ) async throws -> Value {
        guard waiters.count < limits.waiters else {
            throw ReleaseError(
                .limitExceeded, "too many calls wait for events already (\(limits.waiters))", advice: "try again in a moment")
        }
        guard waiters.values.count(where: { $0.caller == caller }) < limits.waitersPerToken else {
            throw ReleaseError(
                .limitExceeded, "token '\(caller)' has \(limits.waitersPerToken) calls waiting for events already",
                advice: "end one of them first")
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = nextID
        nextID += 1
        waiters[id] = Waiter(release: release, caller: caller, wake: continuation)
        defer {
            continuation.finish()
            waiters[id] = nil
        }
        return try await body(Waiting(stream: stream))
    }

    private func wake(_ release: ReleaseID) {
        // An empty name says that notifications may have been missed: everybody looks.
        for waiter in waiters.values where release.isEmpty || waiter.release == release { waiter.wake.yield() }
    }
}

/// One call's place among those who wait.
struct Waiting: Sendable {
    enum Outcome: Sendable { case woken, timedOut, stopping }

    let stream: AsyncStream<Void>

    /// Returns at the next wake-up, when `deadline` passes, or when the server stops.
    func next(until deadline: ContinuousClock.Instant) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { [stream] in
                for await _ in stream.cancelOnGracefulShutdown() { return .woken }
                return .stopping
            }
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return .timedOut
            }
            defer { group.cancelAll() }
            return await group.next() ?? .timedOut
        }
    }
}
