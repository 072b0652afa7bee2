import Foundation

/// A server in the place of the edge that misbehaves on purpose: it takes every connection and says the same to each, or nothing at all.
final class StandInEdge: Sendable {
    let port: Int
    private let descriptor: Int32

    /// - Parameter answer: what it sends to each request; nil lets it wait for ever.
    init(answer: String?) throws {
        port = try freePort()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 128) == 0
            }
        }
        guard isListening else {
            close(descriptor)
            throw NginxFailure(reason: "the stand-in cannot listen")
        }
        let server = descriptor
        Thread.detachNewThread {
            while true {
                let connection = accept(server, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.serve(connection, answer) }
            }
        }
    }

    private static func serve(_ connection: Int32, _ answer: String?) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while recv(connection, &buffer, buffer.count, 0) > 0 {
            guard let answer else { continue }
            let bytes = Array(answer.utf8)
            guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { break }
        }
        close(connection)
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
