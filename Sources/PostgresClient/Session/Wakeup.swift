import Glibc

/// A pair of connected sockets: ends a thread's wait in poll() from any other thread.
final class Wakeup: Sendable {
    /// Readable from the moment of `wake` until `drain`.
    let descriptor: Int32
    private let sender: Int32

    init() throws(PostgresError) {
        var pair: [Int32] = [-1, -1]
        // Not pipe() or eventfd(): only this call sets close-on-exec in the same step, so that no child process inherits it.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
            throw PostgresError(.connectionFailed, "no file descriptor is left for a connection: \(String(cString: strerror(errno)))")
        }
        descriptor = pair[0]
        sender = pair[1]
    }

    deinit {
        close(descriptor)
        close(sender)
    }

    /// A full buffer is no loss: the descriptor is readable then.
    func wake() {
        var byte: UInt8 = 1
        _ = send(sender, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
