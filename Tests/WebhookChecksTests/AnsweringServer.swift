import Foundation
import Synchronization

/// An HTTP server on a free loopback port that answers each request with the next status, and the last one again and again; it keeps the
/// bodies.
final class AnsweringServer: Sendable {
    let url: String
    private let listener: Int32
    private let seen = Mutex<[String]>([])

    var bodies: [String] { seen.withLock { $0 } }

    init(_ statuses: [Int]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/gate"
        Thread.detachNewThread { [self] in
            var left = statuses
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let request = Self.receive(connection)
                seen.withLock { $0.append(request.components(separatedBy: "\r\n\r\n").last ?? "") }
                let status = left.count > 1 ? left.removeFirst() : left[0]
                let text = "HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(connection)
            }
            close(listener)
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A request with the body that its content-length tells.
    private static func receive(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n") else { continue }
            let lengths = text[..<head.lowerBound].lowercased().split(separator: "\r\n").filter { $0.hasPrefix("content-length:") }
            let wanted = lengths.first.flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
            if text[head.upperBound...].utf8.count >= wanted { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
