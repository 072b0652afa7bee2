import Foundation
import Testing

/// A client that sends bytes as they are and waits for answers with a deadline.
final class RawClient {
    /// The longest that an answer may take on a busy machine.
    static let patienceMilliseconds = 20_000

    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String

        subscript(name: String) -> String? { headers[name] }
    }

    /// Nobody listens on the port.
    struct Refused: Error {}

    /// The connection ended, or the patience did, within an answer.
    struct Ended: Error { var received: String }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private(set) var hasEnded = false

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            // Sound: connect reads a sockaddr_in of exactly this size.
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Refused() }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            try #require(count > 0, "send: \(String(cString: strerror(errno)))")
            rest = rest.dropFirst(count)
        }
    }

    /// Sends as much as the connection takes without waiting.
    ///
    /// - Returns: the bytes that were taken; nil when the connection has ended.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int? {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        return count >= 0 ? count : (errno == EAGAIN ? 0 : nil)
    }

    /// The next answer.
    func answer() throws -> Answer {
        while true {
            if let answer = try takeAnswer() { return answer }
            guard receive() else { throw Ended(received: String(decoding: received, as: UTF8.self)) }
        }
    }

    /// Waits for the end of the connection.
    ///
    /// - Returns: what was received before it.
    func rest() throws -> String {
        while receive() {}
        try #require(hasEnded, "the connection stayed open")
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads what there is; false at the end of the connection or when the patience is over.
    private func receive() -> Bool {
        guard !hasEnded else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(Self.patienceMilliseconds)) == 1 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            hasEnded = true
            return false
        }
        received += buffer[..<count]
        return true
    }

    private func takeAnswer() throws -> Answer? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let status = try #require(Int(lines[0].split(separator: " ")[1]))
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            #expect(headers[name] == nil, "\(name) is there twice")
            headers[name] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = try #require(headers["content-length"].flatMap { Int($0) })
        guard received.count >= end.upperBound + length else { return nil }
        let body = String(decoding: received[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        received.removeFirst(end.upperBound + length)
        return Answer(status: status, headers: headers, body: body)
    }
}
