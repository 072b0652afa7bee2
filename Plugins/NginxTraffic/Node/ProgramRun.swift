internal import Foundation
internal import PluginKit

/// One run of a program to its end: its status, output and errors. It is killed at the deadline.
struct ProgramRun: Sendable {
    static let maximumErrors = 64 << 10

    let status: Int32
    let output: String
    let errors: String

    init(_ program: String, _ arguments: [String], deadline: ContinuousClock.Instant, maximumOutput: Int) throws(PluginFailure) {
        let out = try Self.pipe()
        let err = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out[1], 1)
        posix_spawn_file_actions_adddup2(&actions, err[1], 2)
        // A program that stays, as nginx does, would keep whatever socket or file it was given.
        for descriptor in Self.openDescriptors where descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var pid: pid_t = 0
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        let result = posix_spawn(&pid, program, &actions, nil, words, environ)
        close(out[1])
        close(err[1])
        guard result == 0 else {
            close(out[0])
            close(err[0])
            throw PluginFailure(code: "missing", reason: "\(program) cannot be started: \(String(cString: strerror(result)))")
        }
        var streams = [Stream(out[0], maximumOutput), Stream(err[0], Self.maximumErrors)]
        let ended = Self.drain(&streams, deadline)
        if !ended { kill(pid, SIGKILL) }
        for stream in streams { close(stream.descriptor) }
        var code: Int32 = 0
        while waitpid(pid, &code, 0) < 0, errno == EINTR {}
        guard ended else {
            throw PluginFailure(code: "timed_out", reason: "\(program) \(arguments.joined(separator: " ")) did not end in time")
        }
        status = code & 0x7F == 0 ? (code >> 8) & 0xFF : 128 + (code & 0x7F)
        output = String(decoding: streams[0].bytes, as: UTF8.self)
        errors = String(decoding: streams[1].bytes, as: UTF8.self)
    }

    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

    /// Both ends of a pipe that no other program inherits.
    private static func pipe() throws(PluginFailure) -> [Int32] {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw PluginFailure(code: "system", reason: "no pipe can be made: \(String(cString: strerror(errno)))")
        }
        return ends
    }

    private struct Stream {
        let descriptor: Int32
        let limit: Int
        var bytes: [UInt8] = []
        var isOpen = true

        init(_ descriptor: Int32, _ limit: Int) {
            self.descriptor = descriptor
            self.limit = limit
        }

        mutating func take() {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { return }
            guard count > 0 else {
                isOpen = false
                return
            }
            // What goes beyond the limit is read and dropped, so that the program can end.
            bytes.append(contentsOf: buffer[..<min(count, max(0, limit - bytes.count))])
        }
    }

    /// Reads both streams to their ends; false when the deadline came first.
    private static func drain(_ streams: inout [Stream], _ deadline: ContinuousClock.Instant) -> Bool {
        while streams.contains(where: \.isOpen) {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var polls = streams.map { pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0) }
            let milliseconds = Int32(min(1000, left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1))
            guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { continue }
            for index in streams.indices where polls[index].revents != 0 { streams[index].take() }
        }
        return true
    }
}
