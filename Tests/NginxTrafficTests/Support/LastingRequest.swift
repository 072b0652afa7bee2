import Foundation

/// A request whose answer has begun and is not read to its end: it keeps its worker from ending.
final class LastingRequest: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let request = Array("GET / HTTP/1.1\r\nHost: slow\r\n\r\n".utf8)
        var first: UInt8 = 0
        guard isConnected, send(descriptor, request, request.count, 0) == request.count, recv(descriptor, &first, 1, 0) == 1 else {
            close(descriptor)
            throw NginxFailure(reason: "the slow server does not answer")
        }
    }

    deinit { close(descriptor) }
}
