import Glibc
import Synchronization

/// A program started and waited for, without blocking Swift's threads. It starts in `/`, with no inherited files and signals
/// as after boot, in a session of its own so that Ctrl-C in the terminal does not reach it.
///
/// A thread of its own waits for its end, so that no dead process is left to whoever waits for any child of this program.
final class ChildProcess: Sendable {
    /// What a finished program left behind.
    struct Outcome: Sendable {
        let exitStatus: Int32
        /// Standard output and error, at most ``ChildProcess/outputLimit`` bytes.
        let output: String
        var succeeded: Bool { exitStatus == 0 }
    }

    static let outputLimit = 64 * 1024
    /// POSIX_SPAWN_SETSID of glibc's spawn.h, which Swift does not see.
    private static let setSession: Int32 = 0x80

    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "HOME=/", "TZ=UTC"]

    let processID: pid_t
    /// The wait status once the program has ended and was waited for.
    private let ended = Mutex<Int32?>(nil)

    private init(processID: pid_t) { self.processID = processID }

    /// Starts a program; its output goes to the descriptor. Errors: `.notInstalled`.
    static func spawn(
        _ program: String, _ arguments: [String], user: ServerUser?, output: Int32
    ) throws(EmbeddedPostgresError) -> ChildProcess {
        let command = user?.command(program, arguments) ?? (program: program, arguments: arguments)
        let actions = try SpawnActions(output: output)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t(), all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(setSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
        let texts = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        let environment = Self.environment.map { strdup($0) } + [nil]
        defer { for text in texts + environment { free(text) } }
        var processID = pid_t()
        let failure = actions.spawn(&processID, command.program, &attributes, texts, environment)
        guard failure == 0 else {
            throw EmbeddedPostgresError(
                .notInstalled, "it cannot be started: \(String(cString: strerror(failure)))", place: command.program)
        }
        let child = ChildProcess(processID: processID)
        try child.awaitEnd()
        return child
    }

    /// Begins the thread that waits for the end.
    private func awaitEnd() throws(EmbeddedPostgresError) {
        var thread = pthread_t()
        let child = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { child in
                Unmanaged<ChildProcess>.fromOpaque(child!).takeRetainedValue().reap()
                return nil
            }, child.toOpaque())
        guard failure == 0 else {
            child.release()
            kill(processID, SIGKILL)
            reap()
            throw EmbeddedPostgresError(
                .startFailed, "no thread can be started to watch it: \(String(cString: strerror(failure)))", place: "")
        }
        pthread_detach(thread)
    }

    /// Waits for the end. The process id is given back under the lock, so that no signal is sent to another process that gets it next.
    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        ended.withLock { ended in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0 {
                if errno != EINTR { break }
            }
            ended = status
        }
    }

    /// The exit status once the program has ended (128 + signal where a signal ended it); nil while it runs.
    func exitStatus() -> Int32? {
        guard let status = ended.withLock({ $0 }) else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Sends a signal, unless the program has ended.
    func signal(_ signal: Int32) { ended.withLock { if $0 == nil { kill(processID, signal) } } }

    /// Runs a program to its end; past the time-out it is killed. Errors: `.notInstalled`, `.commandFailed` for the time-out.
    static func run(
        _ program: String, _ arguments: [String], user: ServerUser?, timeout: Duration
    ) async throws(EmbeddedPostgresError) -> Outcome {
        var name = Array("/tmp/tidegate-output-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else {
            throw EmbeddedPostgresError(.notPermitted, "no temporary file can be made: \(String(cString: strerror(errno)))", place: "/tmp")
        }
        defer { close(file) }
        unlink(name)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        let child = try spawn(program, arguments, user: user, output: file)
        let deadline = ContinuousClock.now + timeout
        while true {
            if let status = child.exitStatus() { return Outcome(exitStatus: status, output: contents(of: file)) }
            if .now >= deadline {
                child.signal(SIGKILL)
                while child.exitStatus() == nil { await pause(.milliseconds(2)) }
                throw EmbeddedPostgresError(.commandFailed, "not finished after \(timeout): \(contents(of: file))", place: program)
            }
            await pause(.milliseconds(2))
        }
    }

    private static func contents(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: outputLimit)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// Sleeps whether or not the task is cancelled: starting and stopping a server must come to an end in either case.
func pause(_ duration: Duration) async {
    await Task.detached { try? await Task.sleep(for: duration) }.value
}
