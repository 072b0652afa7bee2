import Foundation
import Logging
import PluginKit
import Testing

@testable import EdgeService

/// Requests that are not as they should be, many at once, and clients that are slow.
@Suite struct ProtocolTests {
    @Test(arguments: [
        "GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nname : x\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\na: b\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\na: b\nc: d\r\n\r\n", "GET / HTTP/1.1\r\na: \u{0}\r\n\r\n",
        "GET / HTTP/1.1\r\na: b\rc\r\n\r\n", "G\u{1}T / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\n\r\n",
    ])
    func aMalformedRequestIsRefusedAndTheConnectionEnds(_ text: String) async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            try client.send(text)
            let answer = try client.answer()
            #expect(answer.status == 400)
            #expect(answer["connection"] == "close")
            #expect(try client.rest().isEmpty)
            #expect(try site.get("/metrics").body.contains("tidegate_edge_errors_total{reason=\"malformed\"} 1\n"))
        }
    }

    /// A request that is not taken, by what is wrong with it.
    enum Unwanted: String, CaseIterable {
        case body, chunkedBody, method, manyHeaders, longHeader, longTarget

        var text: String {
            switch self {
            case .body: "POST /decide HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
            case .chunkedBody: "GET /decide HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            case .method: "DELETE /decide HTTP/1.1\r\n\r\n"
            case .manyHeaders: "GET / HTTP/1.1\r\n" + (0..<300).map { "h\($0): x\r\n" }.joined() + "\r\n"
            case .longHeader: "GET / HTTP/1.1\r\nlong: " + String(repeating: "x", count: 70_000) + "\r\n\r\n"
            case .longTarget: "GET /" + String(repeating: "x", count: 200_000)
            }
        }

        var status: Int {
            switch self {
            case .body, .chunkedBody: 400
            case .method: 405
            case .manyHeaders, .longHeader, .longTarget: 431
            }
        }
    }

    @Test(arguments: Unwanted.allCases)
    func whatIsNotTakenIsRefused(_ unwanted: Unwanted) async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            // The service may answer and close before it has taken everything.
            _ = client.sendWithoutWaiting(Array(unwanted.text.utf8))
            let answer = try client.answer()
            #expect(answer.status == unwanted.status)
            #expect(answer["connection"] == "close")
        }
    }

    @Test func aLargeHeadIsTaken() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            try client.send(decide([("cookie", String(repeating: "c", count: 40_000) + "; uid=7"), ("x-empty", "")]))
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer["x-tidegate-bucket"] != "")
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            let users = Array(0..<400)
            try client.send(users.map { decide([("x-user-id", "user-\($0)")]) }.joined())
            let piped = try users.map { _ in try client.answer()["x-tidegate-bucket"] }
            for (user, bucket) in zip(users, piped) {
                try client.send(decide([("x-user-id", "user-\(user)")]))
                #expect(try client.answer()["x-tidegate-bucket"] == bucket)
            }
            #expect(Set(piped).count > 380)
        }
    }

    /// Many answers that are larger than what may wait: each is sent, in order, as the client takes them.
    @Test func manyLargeAnswersComeWhole() async throws {
        var limits = EdgeLimits.quick
        limits.maximumUnsentBytes = 8 * 1024
        try await EdgeSite.run([.sample()], limits: limits) { site in
            let client = try site.client()
            try client.send(
                String(repeating: "GET /metrics HTTP/1.1\r\n\r\n", count: 300) + "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n")
            for _ in 0..<300 { #expect(try client.answer().body.hasPrefix("# HELP tidegate_edge_decisions_total")) }
            #expect(try client.answer().body == "ok\n")
            #expect(try client.rest().isEmpty)
        }
    }

    @Test func aHeadMayComeByteByByte() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            for byte in decide([("x-user-id", "ada")]).utf8 { try client.send([byte]) }
            #expect(try client.answer().status == 200)
        }
    }

    @Test func theConnectionEndsAsTheClientAsks() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let old = try site.client()
            try old.send("GET /healthz HTTP/1.0\r\n\r\n")
            #expect(try old.answer()["connection"] == "close")
            #expect(try old.rest().isEmpty)
            let kept = try site.client()
            try kept.send("GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(try kept.answer()["connection"] == "keep-alive")
            try kept.send("HEAD /healthz HTTP/1.1\r\nConnection: close\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n")
            let rest = try kept.rest()
            #expect(rest.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(rest.hasSuffix("\r\n\r\n"), "a HEAD has no body, and nothing follows: \(rest)")
            #expect(rest.contains("content-length: 3\r\n"))
        }
    }

    @Test func aSlowHeadAndAnIdleConnectionEnd() async throws {
        var limits = EdgeLimits.quick
        limits.headMilliseconds = 100
        limits.idleMilliseconds = 300
        try await EdgeSite.run([.sample()], limits: limits) { site in
            let slow = try site.client()
            try slow.send("GET /decide HTTP/1.1\r\nhost: e")
            #expect(try slow.rest().isEmpty)
            let idle = try site.client()
            try idle.send(decide())
            #expect(try idle.answer().status == 200)
            #expect(try idle.rest().isEmpty)
            #expect(try site.get("/metrics").body.contains("tidegate_edge_timeouts_total 1\n"), "an idle connection has done nothing wrong")
        }
    }

    /// A client that only sends is held up, and then ended: what is kept for it stays bounded.
    @Test func aClientThatTakesNoAnswersIsHeldUpAndEnded() async throws {
        var limits = EdgeLimits.quick
        limits.unsentMilliseconds = 300
        limits.maximumUnsentBytes = 32 * 1024
        try await EdgeSite.run([.sample()], limits: limits) { site in
            let client = try site.client()
            let batch = Array(String(repeating: "GET /metrics HTTP/1.1\r\n\r\n", count: 2000).utf8)
            var sent = 0
            try await site.wait(for: "the end of the connection") {
                while let count = client.sendWithoutWaiting(batch) {
                    sent += count
                    if count == 0 { return false }
                    try #require(sent < 256 << 20, "the service keeps reading")
                }
                return true
            }
            #expect(try site.get("/metrics").body.contains("tidegate_edge_timeouts_total 1\n"))
        }
    }

    @Test func connectionsBeyondTheLimitAreClosed() async throws {
        var limits = EdgeLimits.quick
        limits.maximumConnections = 3
        try await EdgeSite.run([.sample()], limits: limits) { site in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try site.client()
                try client.send(decide())
                #expect(try client.answer().status == 200)
                clients.append(client)
            }
            #expect(try site.client().rest().isEmpty)
            clients.removeFirst()
            try await site.wait(for: "a free place") {
                let client = try site.client()
                return client.sendWithoutWaiting(Array(decide().utf8)) != nil && (try? client.answer().status) == 200
            }
            #expect(clients.count == 2)
        }
    }

    @Test func stoppingEndsIdleConnectionsAndFreesThePort() async throws {
        let site = try await EdgeSite([.sample()])
        let client = try site.client()
        try client.send(decide())
        #expect(try client.answer().status == 200)
        await site.server.shutDown()
        #expect(try client.rest().isEmpty)
        #expect(throws: (any Error).self) { _ = try site.client() }
        try FileManager.default.removeItem(atPath: site.folder)
    }

    @Test func anAddressThatIsTakenIsSaidSo() async throws {
        try await EdgeSite.run([.sample()]) { site in
            await #expect(throws: (any Error).self) {
                _ = try await EdgeServer.start(
                    EdgeConfiguration(plans: site.folder, port: site.server.port, threads: 1),
                    logger: .init(label: "x", factory: { _ in SwiftLogNoOpLogHandler() }), now: { EdgeSite.now })
            }
        }
    }
}
