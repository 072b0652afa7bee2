import Foundation
import PluginKit
import ReleaseModel
import Synchronization

/// A Prometheus on a loopback port that has one series of requests for both revisions of every service, and counts what it is asked.
final class FleetStore: Sendable {
    static let begin = Timestamp(seconds: 1_760_000_000)

    struct Failure: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }

    let url: String
    private let listener: Int32
    private let counter = Mutex(0)

    var queries: Int { counter.withLock { $0 } }

    static func subject(_ number: Int, state: JSONValue?) -> CollectSubject {
        CollectSubject(
            release: "service-\(number)-1", service: "service-\(number)",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
            ], state: state)
    }

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw Failure(reason: "no free port") }
        self.listener = listener
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        Thread.detachNewThread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let body = Self.answer(to: Self.receive(connection))
                counter.withLock { $0 += 1 }
                let text =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                    + body
                Self.send(Array(text.utf8), to: connection)
                shutdown(connection, Int32(SHUT_WR))
                var rest = [UInt8](repeating: 0, count: 4096)
                while recv(connection, &rest, rest.count, 0) > 0 {}
                close(connection)
            }
            close(listener)
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func answer(to query: String) -> String {
        let head = #"{"status":"success","data":{"resultType":"matrix","result":["#
        guard query.hasPrefix("http_server_requests_seconds_count{"), !query.contains("status"),
            let names = query.split(separator: "\"").dropFirst().first
        else { return head + "]}}" }
        let time = 1_759_999_990
        let rows = names.split(separator: "|").flatMap { name in
            ["v1", "v2"].map { revision in
                #"{"metric":{"service":"\#(name)","revision":"\#(revision)","instance":"a"},"values":[[\#(time - 15),"5"],[\#(time),"9"]]}"#
            }
        }
        return head + rows.joined(separator: ",") + "]}}"
    }

    /// The query of a request, decoded; empty where there is none.
    private static func receive(_ connection: Int32) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        var wanted = 8 << 20
        var body: Int?
        while received.count < wanted {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
            guard body == nil, let end = Data(received).range(of: Data("\r\n\r\n".utf8))?.upperBound else { continue }
            body = end
            let head = String(decoding: received[..<end], as: UTF8.self).lowercased()
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }?.dropFirst(15)
            wanted = min(wanted, end + (length.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0))
            if head.contains("expect: 100-continue") { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: connection) }
        }
        guard let body else { return "" }
        let fields = String(decoding: received[body...], as: UTF8.self).split(separator: "&")
        return fields.first { $0.hasPrefix("query=") }?.dropFirst(6).removingPercentEncoding ?? ""
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
