import HTTPClient
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    let client = HTTPClient()

    @Test func aGetCarriesHeadersAndBringsTheAnswer() async throws {
        let server = try LoopbackServer { _ in .ok("hello", headers: ["X-Kind: a", "x-kind: b"]) }
        let response = try await client.send(HTTPRequest(.get, server.url + "/a?b=c", headers: [HTTPHeader("x-canary", "true")]))
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.header("X-KIND") == "a")
        #expect(response.headers.filter { $0.name.lowercased() == "x-kind" }.map(\.value) == ["a", "b"])
        let request = try #require(server.requests.first)
        #expect(request.line == "GET /a?b=c HTTP/1.1")
        #expect(request.headers.contains("x-canary: true"))
        #expect(response.timing.remotePort == server.port)
        #expect(response.timing.total > .zero)
    }

    @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
    func aBodyArrivesAsItIs(method: HTTPMethod) async throws {
        let server = try LoopbackServer { .ok(String(decoding: $0.body, as: UTF8.self)) }
        let body = Array("{\"a\":1}".utf8)
        let response = try await client.send(
            HTTPRequest(method, server.url, headers: [HTTPHeader("content-type", "application/json")], body: body))
        #expect(response.body == body)
        let request = try #require(server.requests.first)
        #expect(request.line.hasPrefix(method.rawValue + " / "))
        #expect(request.headers.contains("content-type: application/json"))
        #expect(!request.headers.contains { $0.lowercased().hasPrefix("expect") })
    }

    @Test func aPostWithoutABodyHasLengthZeroAndClaimsNoType() async throws {
        let server = try LoopbackServer { _ in .ok("") }
        _ = try await client.send(HTTPRequest(.post, server.url))
        let request = try #require(server.requests.first)
        #expect(request.headers.contains("Content-Length: 0"))
        #expect(!request.headers.contains { $0.lowercased().hasPrefix("content-type") })
    }

    @Test func headHasNoBody() async throws {
        let server = try LoopbackServer { _ in .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8)) }
        let response = try await client.send(HTTPRequest(.head, server.url))
        #expect(response.body.isEmpty)
        #expect(response.header("content-length") == "5")
    }

    @Test func anErrorStatusIsAnAnswer() async throws {
        let server = try LoopbackServer { _ in .bytes(Array("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nlate".utf8)) }
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(response.status == 503)
        #expect(response.text == "late")
    }

    @Test func redirectsAreReturnedUnlessAskedFor() async throws {
        let server = try LoopbackServer { request in
            if request.line.contains("/to") { return .ok("there") }
            return .bytes(Array("HTTP/1.1 302 Found\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        #expect(try await client.send(HTTPRequest(.get, server.url + "/from")).status == 302)
        let followed = try await client.send(HTTPRequest(.get, server.url + "/from", maximumRedirects: 2))
        #expect(followed.text == "there")
        #expect(followed.header("location") == nil)
    }

    @Test func compressedBodiesAreDecoded() async throws {
        let compressed: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0x48, 0xaf, 0xca, 0x2c, 0x50,
            0xc8,
            0x80, 0x33, 0x01, 0xac, 0x5f, 0xf1, 0x27, 0x15, 0x00, 0x00, 0x00,
        ]
        let server = try LoopbackServer { _ in
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(compressed.count)\r\n\r\n".utf8) + compressed)
        }
        #expect(try await client.send(HTTPRequest(.get, server.url)).text == "hello gzip hello gzip")
        #expect(server.requests[0].headers.contains("Accept-Encoding: gzip, deflate"))
    }

    @Test func connectionsAreReusedUnlessAFreshOneIsAskedFor() async throws {
        let server = try LoopbackServer { .ok("\($0.connection)") }
        let first = try await client.send(HTTPRequest(.get, server.url))
        let second = try await client.send(HTTPRequest(.get, server.url))
        let fresh = try await client.send(HTTPRequest(.get, server.url, freshConnection: true))
        #expect(first.text == "1" && !first.timing.reusedConnection)
        #expect(second.text == "1" && second.timing.reusedConnection)
        #expect(second.timing.localPort == first.timing.localPort)
        #expect(fresh.text == "2" && !fresh.timing.reusedConnection)
    }

    @Test func aBodyIsTakenPieceByPiece() async throws {
        let long = String(repeating: "0123456789", count: 100_000)
        let server = try LoopbackServer {
            $0.line.contains("/bad") ? .bytes(Array("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nlate".utf8)) : .ok(long)
        }
        let taken = Mutex<[UInt8]>([])
        var request = HTTPRequest(.get, server.url)
        request.sink = { piece in
            taken.withLock { $0 += piece }
            return true
        }
        let answer = try await client.send(request)
        #expect(answer.status == 200 && answer.body.isEmpty)
        #expect(taken.withLock { $0 } == Array(long.utf8))
        // What is not a good answer is kept, and shown as always.
        taken.withLock { $0 = [] }
        request.url = server.url + "/bad"
        let bad = try await client.send(request)
        #expect(bad.status == 503 && bad.text == "late" && taken.withLock { $0.isEmpty })
        request.url = server.url
        request.sink = { _ in false }
        await #expect(throws: HTTPError(.cancelled, "", place: "")) { try await client.send(request) }
        request.sink = { _ in true }
        request.maximumResponseBytes = 5000
        await #expect(throws: HTTPError(.tooLarge, "", place: "")) { try await client.send(request) }
    }

    @Test func hundredsOfRequestsAtOnceAllComeBack() async throws {
        let server = try LoopbackServer { .ok(String($0.line.split(separator: " ")[1])) }
        let answers = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask { (try? await client.send(HTTPRequest(.get, "\(server.url)/\(number)")))?.text == "/\(number)" }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(answers.count == 400)
        #expect(answers.allSatisfy { $0 })
    }

    @Test func theNumberOfConnectionsPerHostIsBounded() async throws {
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerHost = 3
        let client = HTTPClient(configuration: configuration)
        let server = try LoopbackServer { .ok("\($0.connection)") }
        let ports = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<60 { group.addTask { (try? await client.send(HTTPRequest(.get, server.url)))?.timing.localPort } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(ports.count == 60)
        #expect(!ports.contains(nil))
        #expect(Set(ports).count <= 3)
    }

    @Test func blockingCallsWorkFromAnyThread() throws {
        let server = try LoopbackServer { _ in .ok("plain") }
        #expect(try client.sendBlocking(HTTPRequest(.get, server.url)).text == "plain")
    }
}
