import Foundation
import Synchronization

/// The instance's state, shared by requests, the simulated collector and the control paths.
final class CheckoutService: Sendable {
    let identity: ServiceIdentity
    let started: Date
    let log: LogOutlet

    private struct State {
        var behaviour: CheckoutBehaviour
        var schedule: FaultSchedule
        var metrics = ServiceMetrics()
        var ballast = MemoryBallast()
        /// No request is answered before this instant: a collection stops the world until then.
        var pausedUntil: ContinuousClock.Instant?
    }

    private let state: Mutex<State>

    init(identity: ServiceIdentity, schedule: FaultSchedule, seed: UInt64, log: LogOutlet, started: Date) {
        self.identity = identity
        self.started = started
        self.log = log
        state = Mutex(State(behaviour: CheckoutBehaviour(seed: seed, instance: identity.instance), schedule: schedule))
    }

    /// Serves one request: takes its time, waits for a pause to end, counts and logs it. Returns true when it fails.
    func serve(method: String, path: String) async throws -> Bool {
        let arrived = ContinuousClock.now
        let plan = state.withLock { $0.behaviour.plan(method: method, path: path, schedule: $0.schedule, now: Date()) }
        try await Task.sleep(for: .seconds(plan.serviceSeconds), tolerance: .milliseconds(1))
        while let until = state.withLock({ $0.pausedUntil }), until > .now {
            try await Task.sleep(until: until, tolerance: .milliseconds(1))
        }
        let taken = (ContinuousClock.now - arrived) / .seconds(1)
        state.withLock { $0.metrics.observeRequest(method: method, status: plan.fails ? 500 : 200, seconds: taken) }
        for line in plan.lines { log.write(line, time: Date()) }
        return plan.fails
    }

    /// Whether a request asks the service behind this one: all that carry a colour do, and one in ten of the others.
    func asksDownstream(isColored: Bool) -> Bool { isColored || state.withLock { $0.behaviour.asksDownstream() } }

    /// Makes a fault begin at `schedule.begins`; `none` ends the one that runs and gives its memory back.
    func switchFault(_ schedule: FaultSchedule) {
        state.withLock {
            $0.schedule = schedule
            $0.ballast.release()
        }
    }

    var schedule: FaultSchedule { state.withLock { $0.schedule } }

    /// Requests served to users, and how many of them failed.
    var counts: (requests: Int, errors: Int) { state.withLock { ($0.metrics.requestCount, $0.metrics.errorCount) } }

    func exposition() -> String {
        let metrics = state.withLock { $0.metrics }
        return metrics.exposition(identity: identity, started: started, residentBytes: MemoryBallast.residentBytes())
    }

    /// Collects garbage again and again until the task is cancelled: stops the world, records the pause and what is still live.
    func runCollector() async throws {
        while true {
            let (pause, period) = state.withLock { state in
                let collection = state.behaviour.collection(schedule: state.schedule, now: Date())
                state.pausedUntil = .now + .seconds(collection.pauseSeconds)
                return collection
            }
            try await Task.sleep(for: .seconds(pause), tolerance: .milliseconds(1))
            finishCollection(pauseSeconds: pause, now: Date())
            try await Task.sleep(for: .seconds(period - pause))
        }
    }

    private func finishCollection(pauseSeconds: Double, now: Date) {
        state.withLock { state in
            if state.schedule.active(at: now) == .memory {
                state.ballast.grow(toSeconds: now.timeIntervalSince(state.schedule.begins))
            }
            state.metrics.pauses.observe(pauseSeconds)
            // A healthy service keeps about 60 MB; what requests allocate between collections comes on top.
            let jitter = Double(state.metrics.requestCount % 7) * 20_000
            state.metrics.liveBytes = 60_000_000 + Double(state.ballast.bytes) + jitter
            state.metrics.heapBytes = state.metrics.liveBytes + 25_000_000
        }
    }

    /// Writes the exceptions of the fault `logs` until the task is cancelled.
    func runExceptions() async throws {
        let tickSeconds = 0.25
        while true {
            try await Task.sleep(for: .seconds(tickSeconds))
            let lines = state.withLock { state in
                state.schedule.active(at: Date()) == .logs ? state.behaviour.exceptions(during: tickSeconds) : []
            }
            for line in lines { log.write(line, time: Date()) }
        }
    }
}
