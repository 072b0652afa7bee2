internal import CPluginSystem
internal import Foundation
internal import Glibc
internal import Logging
internal import ReleaseModel

/// The thread of one plugin. It goes round: start the process when due, send the next call, wait for whatever comes first
/// (bytes, the end of the process, a new call, a deadline), and look at what came.
///
/// Phases: `absent` -> `greeting` (started) -> `ready` <-> `busy`; from everywhere back to `absent` when the process fails.
///
/// Confined to its thread, which alone touches its variables after `init`; hence `@unchecked Sendable` for the way there.
final class ChildWorker: @unchecked Sendable {
    private enum Phase {
        /// There is no process. Goes to `greeting`.
        case absent
        /// The process loads the plugin. Goes to `ready`, or to `absent`.
        case greeting(ContinuousClock.Instant)
        /// It waits for a call. Goes to `busy`, or to `absent`.
        case ready
        /// A call is in flight. Goes to `ready`, or to `absent`.
        case busy(ChildChannel.Job)
    }

    private static let chunk = 65_536

    private let channel: ChildChannel
    private let wake: Int32
    private var phase = Phase.absent
    private var child: ChildProcess?
    private var errorsOpen = false
    private var reader = AnswerReader()
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var frameID: UInt32 = 0
    private var starts = 0
    private var refused = false
    private var backoff: RestartBackoff
    private var lines: LineLog

    init(channel: ChildChannel, wake: Int32) {
        self.channel = channel
        self.wake = wake
        let limits = channel.recipe.limits
        backoff = RestartBackoff(first: limits.firstBackoff, longest: limits.longestBackoff, stableAfter: limits.stableAfter)
        lines = LineLog(
            logger: channel.recipe.logger, maximumLength: limits.logLine, maximumPerSecond: limits.logLinesPerSecond)
    }

    private var now: ContinuousClock.Instant { channel.recipe.clock.now() }

    func run() {
        _ = tidegate_block_signals()
        while !channel.stops, !refused {
            startIfDue()
            beginNext()
            wait()
            enforceDeadlines()
        }
        if let child {
            _ = child.end()
            child.closePipes()
        }
        if case .busy(let job) = phase { job.continuation.resume(returning: .failure(channel.stopped)) }
        close(wake)
        channel.ended()
    }

    private func startIfDue() {
        guard case .absent = phase, backoff.mayStart(at: now) else { return }
        let recipe = channel.recipe
        let options = RunnerOptions(
            path: recipe.file.path, name: recipe.file.name, sha256: recipe.file.sha256, parent: getpid(),
            addressSpace: recipe.limits.addressSpace, openFiles: recipe.limits.openFiles)
        do {
            let process = try ChildProcess(runner: recipe.runner, options: options, environment: recipe.environment)
            child = process
            errorsOpen = true
            reader = AnswerReader()
            phase = .greeting(now + recipe.limits.start)
            backoff.started(at: now)
            channel.childStarted(process.pid, again: starts > 0)
            starts += 1
        } catch {
            recipe.logger.error("\(error)")
            channel.childFailed(until: backoff.failed(at: now), failingAll: true, error)
        }
    }

    private func beginNext() {
        channel.expireQueued(at: now)
        guard case .ready = phase, let job = channel.nextJob() else { return }
        let left = now.duration(to: job.deadline)
        let given = left - min(channel.recipe.limits.reserve, left / 10)
        frameID = frameID == .max ? 1 : frameID + 1
        outgoing =
            Frame.header(UInt32(job.payload.count), job.operation, frameID, UInt32(clamping: given.wholeMilliseconds)) + job.payload
        sent = 0
        phase = .busy(job)
    }

    /// Waits for the first thing to happen and takes in what came.
    private func wait() {
        var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        if let child {
            polled.append(pollfd(fd: child.output, events: Int16(POLLIN), revents: 0))
            polled.append(pollfd(fd: errorsOpen ? child.errors : -1, events: Int16(POLLIN), revents: 0))
            polled.append(pollfd(fd: sent < outgoing.count ? child.input : -1, events: Int16(POLLOUT), revents: 0))
        }
        guard poll(&polled, nfds_t(polled.count), pollTimeout) > 0 else { return }
        if polled[0].revents != 0 { drainWake() }
        guard child != nil else { return }
        if polled[2].revents != 0 { readErrors() }
        if polled[3].revents != 0 { write() }
        if polled[1].revents != 0 { readOutput() }
    }

    private var pollTimeout: Int32 {
        var nearest = channel.nearestQueuedDeadline
        func consider(_ instant: ContinuousClock.Instant?) {
            if let instant { nearest = min(nearest ?? instant, instant) }
        }
        switch phase {
        case .absent: consider(backoff.notBefore)
        case .greeting(let deadline): consider(deadline)
        case .ready: break
        case .busy(let job): consider(job.deadline)
        }
        guard let nearest else { return -1 }
        return Int32(clamping: max(0, now.duration(to: nearest).wholeMilliseconds) + 1)
    }

    private func enforceDeadlines() {
        switch phase {
        case .busy(let job) where job.deadline <= now:
            fail(.timedOut, "gave no answer in time, and its process was ended")
        case .greeting(let deadline) where deadline <= now:
            fail(.timedOut, "did not start within \(ChildChannel.seconds(channel.recipe.limits.start))")
        case .absent, .greeting, .ready, .busy: break
        }
    }

    private func drainWake() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while Glibc.read(wake, &bytes, bytes.count) == bytes.count {}
    }

    private func write() {
        guard let child else { return }
        let count = outgoing.withUnsafeBytes { Glibc.write(child.input, $0.baseAddress! + sent, $0.count - sent) }
        if count > 0 { sent += count }
        if sent == outgoing.count {
            outgoing = []
            sent = 0
        }
        // EPIPE: the process is ending; its closed output says so in the same round or the next.
    }

    private func readErrors() {
        guard let child else { return }
        let count = withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { buffer in
            let count = Glibc.read(child.errors, buffer.baseAddress, buffer.count)
            if count > 0 { lines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: now) }
            return count
        }
        if count == 0 { errorsOpen = false }
    }

    private func readOutput() {
        guard let child else { return }
        let count = withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { buffer in
            let count = Glibc.read(child.output, buffer.baseAddress, buffer.count)
            if count > 0 { reader.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count
        }
        if count < 0 { return }
        if count == 0 { return fail(.pluginFailed, nil) }
        do throws(AnswerReader.Garbage) {
            while child.pid == self.child?.pid, let frame = try reader.next() { take(frame) }
        } catch {
            fail(.pluginFailed, "\(error.reason), and its process was ended")
        }
    }

    private func take(_ frame: AnswerFrame) {
        switch phase {
        case .greeting where frame.id == 0:
            guard frame.status == PluginStatus.ok.rawValue else { return refuse(frame) }
            phase = .ready
        case .busy(let job) where frame.id == frameID && outgoing.isEmpty:
            phase = .ready
            let place = channel.recipe.file.name
            do throws(ReleaseError) {
                job.continuation.resume(returning: .success(try unwrap(status: frame.status, bytes: frame.payload, plugin: place)))
            } catch {
                job.continuation.resume(returning: .failure(error))
            }
        case .absent, .greeting, .ready, .busy:
            fail(.pluginFailed, "sent an answer that nobody asked for, and its process was ended")
        }
    }

    /// The runner itself says why it did not load the plugin; that will not change by trying again.
    private func refuse(_ frame: AnswerFrame) {
        let error: ReleaseError
        switch PluginMessage.decode(ReleaseError.self, frame.payload) {
        case .success(let reason): error = reason
        case .failure: error = channel.error(.pluginFailed, "it was refused without a readable reason")
        }
        channel.recipe.logger.error("\(error)")
        endChild()
        refused = true
        channel.refused(error)
    }

    /// The process is of no more use: end it, fail the call in flight, and wait before the next start.
    private func fail(_ code: ReleaseError.Code, _ reason: String?) {
        var wasGreeting = false
        if case .greeting = phase { wasGreeting = true }
        let job: ChildChannel.Job? = if case .busy(let job) = phase { job } else { nil }
        let status = endChild()
        let until = backoff.failed(at: now)
        let problem = channel.error(code, reason ?? "its process \(status)")
        channel.recipe.logger.error("\(problem)", metadata: ["restartIn": "\(ChildChannel.seconds(now.duration(to: until)))"])
        channel.childFailed(until: until, failingAll: wasGreeting, problem)
        job?.continuation.resume(returning: .failure(problem))
    }

    @discardableResult
    private func endChild() -> String {
        guard let child else { return "ended" }
        let status = child.end()
        if errorsOpen { readErrors() }
        lines.flush(at: now)
        child.closePipes()
        self.child = nil
        outgoing = []
        sent = 0
        phase = .absent
        return status
    }
}

extension Duration {
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
