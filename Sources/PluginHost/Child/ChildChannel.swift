internal import CPluginSystem
internal import Glibc
internal import Hashing
internal import Logging
internal import ReleaseModel
internal import Synchronization

/// What a child process is made of.
struct ChildRecipe: Sendable {
    let file: PluginFile
    let runner: String
    let environment: [String: String]
    let limits: PluginLimits
    let clock: HostClock
    let logger: Logger
}

/// The way to a plugin in a child process: a bounded queue of calls, and a thread that starts the process, talks to it, one call at a time,
/// and starts it again when it fails. Nothing here blocks a thread of Swift's concurrency.
final class ChildChannel: PluginChannel {
    struct Job {
        let id: UInt64
        let operation: UInt32
        let payload: [UInt8]
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Result<[UInt8], ReleaseError>, Never>
    }

    private struct Shared {
        var queue: [Job] = []
        var nextID: UInt64 = 1
        var state = PluginState.running
        var pid: Int32?
        var restarts = 0
        var stops = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
        /// The writing end of the pipe that wakes the thread; nil when the thread has ended.
        var wake: Int32?
    }

    let recipe: ChildRecipe
    private let shared: Mutex<Shared>

    /// Starts the thread, which starts the process at once.
    init(_ recipe: ChildRecipe) throws(ReleaseError) {
        self.recipe = recipe
        var ends: [Int32] = [-1, -1]
        guard tidegate_pipe(&ends) == 0, tidegate_set_nonblocking(ends[0]) == 0, tidegate_set_nonblocking(ends[1]) == 0 else {
            throw ReleaseError(.unavailable, "no pipe could be made: \(String(cString: strerror(errno)))")
        }
        shared = Mutex(Shared(wake: ends[1]))
        let worker = ChildWorker(channel: self, wake: ends[0])
        let started = startThread(name: recipe.file.name) { worker.run() }
        guard started else {
            shared.withLock { $0.wake = nil }
            close(ends[0])
            close(ends[1])
            throw ReleaseError(.unavailable, "no thread could be started for plugin \(recipe.file.name)")
        }
    }

    var state: PluginState { shared.withLock { $0.state } }
    var processIdentifier: Int32? { shared.withLock { $0.pid } }
    var restarts: Int { shared.withLock { $0.restarts } }

    func call(_ operation: UInt32, _ payload: [UInt8], deadline: ContinuousClock.Instant) async throws(ReleaseError) -> [UInt8] {
        let id = shared.withLock { shared in
            defer { shared.nextID += 1 }
            return shared.nextID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(id: id, operation: operation, payload: payload, deadline: deadline, continuation: continuation)
                if let refusal = enqueue(job) { continuation.resume(returning: .failure(refusal)) }
            }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }

    /// Why the call cannot wait, or nil when it does.
    private func enqueue(_ job: Job) -> ReleaseError? {
        let now = recipe.clock.now()
        return shared.withLock { shared in
            if shared.stops || shared.wake == nil {
                if case .failed(let error) = shared.state { return error }
                return stopped
            }
            switch shared.state {
            case .failed(let error): return error
            case .backingOff(let until) where until > job.deadline:
                return error(.pluginFailed, "it failed and is started again in \(Self.seconds(now.duration(to: until)))")
            case .backingOff, .running: break
            }
            guard shared.queue.count < recipe.limits.queuedCalls else {
                return error(.limitExceeded, "\(recipe.limits.queuedCalls) calls wait for it already")
            }
            guard !Task.isCancelled else { return error(.timedOut, "the call was cancelled") }
            shared.queue.append(job)
            Self.ring(shared.wake)
            return nil
        }
    }

    /// A waiting call of a cancelled task gives up its place; one in flight runs until its answer or its deadline.
    private func cancel(_ id: UInt64) {
        let job = shared.withLock { shared in
            shared.queue.firstIndex { $0.id == id }.map { shared.queue.remove(at: $0) }
        }
        job?.continuation.resume(returning: .failure(error(.timedOut, "the call was cancelled")))
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            let ended = shared.withLock { shared in
                guard shared.wake != nil else { return true }
                shared.stops = true
                shared.waitingForEnd.append(continuation)
                Self.ring(shared.wake)
                return false
            }
            if ended { continuation.resume() }
        }
    }

    /// Asks the thread to end without waiting for it.
    func requestStop() {
        shared.withLock { shared in
            shared.stops = true
            Self.ring(shared.wake)
        }
    }

    var stopped: ReleaseError { error(.unavailable, "the plugin host has shut down") }

    func error(_ code: ReleaseError.Code, _ reason: String) -> ReleaseError {
        ReleaseError(code, reason, place: "plugin \(recipe.file.name)")
    }

    static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds / 100) / 10) s"
    }

    private static func ring(_ wake: Int32?) {
        guard let wake else { return }
        var byte: UInt8 = 0
        // A full pipe wakes the thread just as well.
        _ = write(wake, &byte, 1)
    }
}

// What the thread asks and tells.
extension ChildChannel {
    var stops: Bool { shared.withLock { $0.stops } }

    func nextJob() -> Job? { shared.withLock { $0.queue.isEmpty ? nil : $0.queue.removeFirst() } }

    var nearestQueuedDeadline: ContinuousClock.Instant? { shared.withLock { $0.queue.map(\.deadline).min() } }

    func childStarted(_ pid: Int32, again: Bool) {
        shared.withLock { shared in
            shared.pid = pid
            shared.state = .running
            if again { shared.restarts += 1 }
        }
    }

    /// Takes the waiting calls whose deadline has come out of the queue and answers them.
    func expireQueued(at now: ContinuousClock.Instant) {
        fail(queued: { $0.deadline <= now }, error(.timedOut, "no answer in time: other calls were before this one"))
    }

    /// The process is gone; calls that cannot wait for its restart fail now.
    func childFailed(until: ContinuousClock.Instant, failingAll: Bool, _ problem: ReleaseError) {
        shared.withLock { shared in
            shared.pid = nil
            shared.state = .backingOff(until: until)
        }
        fail(queued: { failingAll || $0.deadline < until }, problem)
    }

    /// The plugin was refused, and would be again.
    func refused(_ problem: ReleaseError) {
        shared.withLock { shared in
            shared.pid = nil
            shared.state = .failed(problem)
        }
        fail(queued: { _ in true }, problem)
    }

    /// The thread is about to end.
    func ended() {
        let (waiting, wake) = shared.withLock { shared in
            defer {
                shared.wake = nil
                shared.pid = nil
                shared.waitingForEnd = []
                if case .failed = shared.state {} else { shared.state = .failed(stopped) }
            }
            return (shared.waitingForEnd, shared.wake)
        }
        if let wake { close(wake) }
        fail(queued: { _ in true }, stopped)
        for continuation in waiting { continuation.resume() }
    }

    private func fail(queued matches: (Job) -> Bool, _ problem: ReleaseError) {
        let jobs = shared.withLock { shared in
            let jobs = shared.queue.filter(matches)
            shared.queue.removeAll(where: matches)
            return jobs
        }
        for job in jobs { job.continuation.resume(returning: .failure(problem)) }
    }
}
