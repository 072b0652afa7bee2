import Foundation
import Synchronization

/// An HTTP server on a free loopback port that answers every request with the same status and body, or not at all, and keeps the last one.
final class ScoringServer: Sendable {
    let port: Int
    private let listener: Int32
    private let last = Mutex("")

    var url: String { "http://127.0.0.1:\(port)/score" }
    /// Head and body of the last request.
    var request: String { last.withLock { $0 } }

    /// - Parameter body: nil keeps the connection without an answer.
    init(status: String = "200 OK", body: String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            var waiting: [Int32] = []
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let request = Self.receive(connection)
                last.withLock { $0 = request }
                guard let body else {
                    waiting.append(connection)
                    continue
                }
                let answer = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                _ = answer.withCString { Glibc.send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(connection)
            }
            for connection in waiting { close(connection) }
            close(listener)
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func receive(_ connection: Int32) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while received.count < 4 << 20 {
            let text = String(decoding: received, as: UTF8.self)
            if let head = text.firstRange(of: "\r\n\r\n") {
                let length = text[..<head.lowerBound].lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                let wanted = length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                if text[head.upperBound...].utf8.count >= wanted { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }
}
