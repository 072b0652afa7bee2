internal import CPluginSystem
internal import Glibc
internal import ReleaseModel

/// A running `tidegate-plugin-runner` and the three pipes to it. Used by one thread, which must live as long as the process:
/// the kernel ends the child when the thread that started it ends.
struct ChildProcess {
    let pid: pid_t
    let input: Int32
    let output: Int32
    let errors: Int32

    init(runner: String, options: RunnerOptions, environment: [String: String]) throws(ReleaseError) {
        var pipes: [Int32] = []
        func failed(_ problem: Int32, _ what: String) -> ReleaseError {
            for end in pipes { close(end) }
            return ReleaseError(.unavailable, "\(what): \(String(cString: strerror(-problem)))", place: runner)
        }
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            let result = tidegate_pipe(&ends)
            guard result == 0 else { throw failed(result, "no pipe to a plugin could be made") }
            pipes += ends
        }
        let (childInput, parentInput) = (pipes[0], pipes[1])
        let (parentOutput, childOutput) = (pipes[2], pipes[3])
        let (parentErrors, childErrors) = (pipes[4], pipes[5])
        for end in [parentInput, parentOutput, parentErrors] {
            let result = tidegate_set_nonblocking(end)
            guard result == 0 else { throw failed(result, "a pipe to a plugin could not be set up") }
        }
        let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
        let started = Self.withCStrings([runner] + options.arguments) { arguments in
            Self.withCStrings(variables) { environment in
                tidegate_spawn(runner, arguments, environment, childInput, childOutput, childErrors)
            }
        }
        guard started > 0 else { throw failed(started, "the plugin runner could not be started") }
        for end in [childInput, childOutput, childErrors] { close(end) }
        pid = started
        input = parentInput
        output = parentOutput
        errors = parentErrors
    }

    /// Ends the process and what it started, waits for it, and says how it ended. The pipes stay open until `closePipes`.
    func end() -> String {
        kill(pid, SIGKILL)
        // The process leads a session of its own; what it left running in there goes too.
        for other in Self.processes(inSession: pid) { kill(other, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            if errno != EINTR { return "ended" }
        }
        let signal = status & 0x7F
        if signal != 0 { return "was ended by signal \(signal)\(strsignal(signal).map { " (\(String(cString: $0)))" } ?? "")" }
        return "ended with status \(status >> 8 & 0xFF)"
    }

    /// Everything that runs in a session, whatever group it is in. A process that made a session of its own (a daemon) is not found.
    private static func processes(inSession session: pid_t) -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = pid_t(name), pid != session, getsid(pid) == session { found.append(pid) }
        }
        return found
    }

    func closePipes() {
        for end in [input, output, errors] { close(end) }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
