import Foundation
import Synchronization

/// An HTTP server on a free loopback port that answers each request, one after the other, with what a function makes of it: the bytes
/// of a whole response, or nil for silence. It counts the requests.
final class ScriptedServer: Sendable {
    /// A request beyond this many bytes is cut off.
    static let maximumRequest = 4 << 20

    let port: Int
    private let listener: Int32
    private let counter = Mutex(0)

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: Int { counter.withLock { $0 } }

    /// - Parameter answer: takes the query, decoded.
    init(_ answer: @escaping @Sendable (String) -> String?) throws {
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
                let query = Self.query(of: Self.receive(connection))
                counter.withLock { $0 += 1 }
                guard let text = answer(query) else {
                    waiting.append(connection)
                    continue
                }
                Self.send(text, to: connection)
                shutdown(connection, Int32(SHUT_WR))
                var buffer = [UInt8](repeating: 0, count: 4096)
                while recv(connection, &buffer, buffer.count, 0) > 0 {}
                close(connection)
            }
            for connection in waiting { close(connection) }
            close(listener)  // here and not in `stop`: the number of a closed descriptor may be somebody else's at once
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A JSON answer of Prometheus.
    static func ok(_ result: String, type: String = "matrix") -> String {
        json("200 OK", #"{"status":"success","data":{"resultType":"\#(type)","result":["# + result + "]}}")
    }

    static func json(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    private static func receive(_ connection: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        var wanted = maximumRequest
        while received.count < wanted {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
            if wanted == maximumRequest, let body = bodyStart(received) {
                let head = String(decoding: received[..<body], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }?.dropFirst(15)
                wanted = min(body + (length.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0), maximumRequest)
                if head.contains("expect: 100-continue") { send("HTTP/1.1 100 Continue\r\n\r\n", to: connection) }
            }
        }
        return received
    }

    private static func bodyStart(_ bytes: [UInt8]) -> Int? {
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        return end.upperBound
    }

    private static func query(of request: [UInt8]) -> String {
        guard let body = bodyStart(request) else { return "" }
        let fields = String(decoding: request[body...], as: UTF8.self).split(separator: "&")
        return fields.first { $0.hasPrefix("query=") }?.dropFirst(6).removingPercentEncoding ?? ""
    }

    private static func send(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
