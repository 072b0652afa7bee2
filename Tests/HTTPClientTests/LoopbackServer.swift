import Foundation
import Synchronization

/// A server on a free loopback port that answers each request with what a closure says, one thread per connection.
///
/// It exists to misbehave in ways that no real server can be asked to: silence, garbage, endless bodies, broken connections.
final class LoopbackServer: Sendable {
    enum Answer: Sendable {
        /// Written as it stands; the connection stays open for the next request.
        case bytes([UInt8])
        /// Written, then the connection is closed.
        case bytesThenClose([UInt8])
        /// The same bytes again and again until the peer has enough.
        case endless(head: [UInt8], chunk: [UInt8])
        case silence
    }

    struct Request: Sendable {
        var line: String
        var headers: [String]
        var body: [UInt8]
        /// Which connection it came over, counted from 1.
        var connection: Int
    }

    let port: Int
    private let listener: Int32
    private let open = Shared<Set<Int32>>([])
    private let received = Shared<[Request]>([])

    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    init(answer: @escaping @Sendable (Request) -> Answer) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.bind(listener, pointer, length) == 0 && listen(listener, 512) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            var count = 0
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    close(listener)  // here and not in deinit, for the reason given below
                    return
                }
                count += 1
                let number = count
                guard let self else {
                    close(connection)
                    close(listener)
                    return
                }
                self.open.value.withLock { _ = $0.insert(connection) }
                Thread.detachNewThread { [open = self.open, received = self.received] in
                    Self.serve(connection) { head in
                        var request = head
                        request.connection = number
                        received.value.withLock { $0.append(request) }
                        return answer(request)
                    }
                    // Under the lock: the number of a closed descriptor may belong to somebody else at once.
                    open.value.withLock {
                        $0.remove(connection)
                        close(connection)
                    }
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        open.value.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { received.value.withLock { $0 } }

    private static func serve(_ connection: Int32, answer: (Request) -> Answer) {
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            switch answer(request) {
            case .bytes(let bytes): guard write(connection, bytes) else { return }
            case .bytesThenClose(let bytes):
                _ = write(connection, bytes)
                shutdown(connection, Int32(SHUT_WR))
                return
            case .endless(let head, let chunk):
                guard write(connection, head) else { return }
                while write(connection, chunk) {}
                return
            case .silence: break
            }
        }
    }

    private static func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let head = buffer.firstRange(of: end) {
                let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                let total = head.upperBound + (length ?? 0)
                if buffer.count >= total {
                    let request = Request(
                        line: lines[0], headers: Array(lines.dropFirst()), body: Array(buffer[head.upperBound..<total]), connection: 0)
                    buffer.removeFirst(total)
                    return request
                }
            }
            var chunk = [UInt8](repeating: 0, count: 16384)
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: chunk[..<count])
        }
    }

    private static func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

extension LoopbackServer.Answer {
    static func ok(_ body: String, headers: [String] = []) -> Self {
        let head = ["HTTP/1.1 200 OK", "Content-Length: \(body.utf8.count)"] + headers
        return .bytes(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }
}
