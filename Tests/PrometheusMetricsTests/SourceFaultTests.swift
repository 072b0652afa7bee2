import Foundation
import HTTPClient
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Answers that a healthy Prometheus does not give, from a one-answer server.
@Suite struct SourceFaultTests {
    private func problem(_ answer: String, timeout: String = "5s") throws -> CollectResult {
        let server = try OneAnswerServer(answer)
        defer { server.stop() }
        let subject = CollectSubject(
            release: "shop-1", service: "shop", arms: [Arm(name: Arm.stable, revision: "v1", weight: .full)], state: ["kept": true])
        return try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string("http://127.0.0.1:\(server.port)"), "timeout": .string(timeout)],
                windowEnd: Timestamp(seconds: 1_760_000_000), subjects: [subject]), CallContext(deadline: .now + .seconds(20))
        ).results[0]
    }

    @Test(arguments: [
        ("200 OK", "<html>hello</html>", "did not answer like Prometheus"),
        ("502 Bad Gateway", "upstream away", "answered 502"),
        ("302 Found", "", "answered 302"),
        (
            "200 OK", #"{"status":"success","warnings":["store a is away"],"data":{"resultType":"matrix","result":[]}}"#,
            "partial answer"
        ),
        ("200 OK", #"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#, "with a scalar"),
        (
            "503 Unavailable", #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#,
            "query timed out in expression evaluation (timeout)"
        ),
    ])
    func everyFaultIsSaidAndLeavesTheCursors(status: String, body: String, words: String) throws {
        let result = try problem("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        #expect(result.problem?.contains(words) == true, "\(result.problem ?? "no problem")")
        #expect(result.samples.isEmpty)
        #expect(result.state == ["kept": true])
    }

    @Test func silenceIsATimeOut() throws {
        let result = try problem("", timeout: "200ms")
        #expect(result.problem?.contains("did not answer in time") == true)
        #expect(result.samples.isEmpty)
    }
}

/// Accepts connections on a free port and answers each request with the same bytes, or not at all where there are none.
private final class OneAnswerServer: Sendable {
    let port: Int
    private let listener: Int32

    init(_ answer: String) throws {
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
        Thread.detachNewThread {
            var waiting: [Int32] = []
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                guard !answer.isEmpty else {
                    waiting.append(connection)
                    continue
                }
                var buffer = [UInt8](repeating: 0, count: 16384)
                _ = recv(connection, &buffer, buffer.count, 0)
                _ = answer.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                shutdown(connection, Int32(SHUT_WR))
                while recv(connection, &buffer, buffer.count, 0) > 0 {}
                close(connection)
            }
            for connection in waiting { close(connection) }
            close(listener)  // here and not in `stop`: the number of a closed descriptor may be somebody else's at once
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
