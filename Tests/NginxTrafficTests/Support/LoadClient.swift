import Foundation
import Synchronization

/// Some connections that ask one server again and again, each from a thread of its own, and count what becomes of every request.
///
/// With keep-alive a request is repeated once, on a new connection, when the old one was closed before the first byte of its answer: what
/// RFC 9110 (9.2.2) allows a client for an idempotent request. Without keep-alive nothing is ever repeated.
final class LoadClient: Sendable {
    struct Counts: Sendable, Hashable {
        var asked = 0
        /// Answered with status 200.
        var answered = 0
        /// Repeated on a new connection; `answered` holds them if that went well.
        var repeated = 0
        /// Why others were not answered.
        var failures: [String] = []
    }

    /// What one attempt came to.
    private enum Outcome { case answered, closedBeforeTheFirstByte, failed(String) }

    static let maximumFailures = 10

    private let isOver = Atomic(false)
    private let counts = Mutex(Counts())
    private let threads = DispatchGroup()
    private let port: Int
    private let keepsAlive: Bool

    init(port: Int, connections: Int, keepsAlive: Bool) {
        self.port = port
        self.keepsAlive = keepsAlive
        for lane in 0..<connections {
            threads.enter()
            Thread.detachNewThread { [self] in
                run(lane)
                threads.leave()
            }
        }
    }

    /// Requests that were answered so far.
    var answered: Int { counts.withLock { $0.answered } }

    /// Ends when every request is answered or has failed.
    func stop() -> Counts {
        isOver.store(true, ordering: .relaxed)
        threads.wait()
        return counts.withLock { $0 }
    }

    private func run(_ lane: Int) {
        var connection: Int32 = -1
        var number = 0
        while !isOver.load(ordering: .relaxed) {
            number += 1
            let request =
                "GET /load HTTP/1.1\r\nHost: load\r\nx-user-id: u\(lane)-\(number)\r\n\(keepsAlive ? "" : "Connection: close\r\n")\r\n"
            let isFresh = connection < 0
            if isFresh { connection = connected() }
            var outcome = exchange(&connection, request)
            var isRepeated = false
            if case .closedBeforeTheFirstByte = outcome, keepsAlive, !isFresh {
                connection = connected()
                outcome = exchange(&connection, request)
                isRepeated = true
            }
            count(outcome, isRepeated: isRepeated)
        }
        if connection >= 0 { close(connection) }
    }

    private func count(_ outcome: Outcome, isRepeated: Bool) {
        counts.withLock { counts in
            counts.asked += 1
            if isRepeated { counts.repeated += 1 }
            switch outcome {
            case .answered: counts.answered += 1
            case .closedBeforeTheFirstByte: counts.failures.append("closed before the first byte of the answer")
            case .failed(let reason): counts.failures.append(reason)
            }
            if counts.failures.count >= Self.maximumFailures { isOver.store(true, ordering: .relaxed) }
        }
    }

    private func connected() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return -1
    }

    /// Sends a request and reads its whole answer; the connection is closed and set to -1 where it cannot be used again.
    private func exchange(_ connection: inout Int32, _ request: String) -> Outcome {
        guard connection >= 0 else { return .failed("no connection: \(String(cString: strerror(errno)))") }
        let bytes = Array(request.utf8)
        var isUsable = false
        defer {
            if !isUsable {
                close(connection)
                connection = -1
            }
        }
        guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return .closedBeforeTheFirstByte }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 {
                if answer.isEmpty, count == 0 || errno == ECONNRESET { return .closedBeforeTheFirstByte }
                return .failed(count == 0 ? "the answer ended early" : String(cString: strerror(errno)))
            }
            answer += buffer[..<count]
            guard let length = Self.length(of: answer) else { continue }
            guard answer.count >= length else { continue }
            let isClosing = String(decoding: answer.prefix(512), as: UTF8.self).lowercased().contains("connection: close")
            isUsable = keepsAlive && !isClosing
            return answer.starts(with: "HTTP/1.1 200".utf8) ? .answered : .failed(String(decoding: answer.prefix(60), as: UTF8.self))
        }
    }

    /// Bytes of a whole answer, once its head is there.
    private static func length(of answer: [UInt8]) -> Int? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound].lowercased()
        guard let field = head.range(of: "content-length: ") else { return nil }
        let digits = head[field.upperBound...].prefix { $0.isNumber }
        return Int(digits).map { text[..<end.upperBound].utf8.count + $0 }
    }
}
