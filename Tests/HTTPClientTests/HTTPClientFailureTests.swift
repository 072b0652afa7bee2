import Foundation
import HTTPClient
import Testing

@Suite struct HTTPClientFailureTests {
    let client = HTTPClient()

    private func failure(_ request: HTTPRequest) async -> HTTPError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    @Test func aClosedPortIsAFailedConnection() async throws {
        let error = await failure(HTTPRequest(.get, "http://127.0.0.1:1/a"))
        #expect(error?.code == .connectFailed)
        #expect(error?.place == "GET http://127.0.0.1:1/a")
    }

    @Test func silenceEndsAtTheDeadline() async throws {
        let server = try LoopbackServer { _ in .silence }
        let error = await failure(HTTPRequest(.get, server.url, timeout: .milliseconds(150)))
        #expect(error?.code == .timedOut)
    }

    @Test func silenceEndsAtTheDeadlineOfABlockingCall() throws {
        let server = try LoopbackServer { _ in .silence }
        #expect(throws: HTTPError(.timedOut, "", place: "")) {
            try client.sendBlocking(HTTPRequest(.get, server.url, timeout: .milliseconds(100)))
        }
    }

    @Test func aBodyOverTheLimitEndsTheTransfer() async throws {
        let server = try LoopbackServer { _ in
            .endless(head: Array("HTTP/1.1 200 OK\r\n\r\n".utf8), chunk: [UInt8](repeating: 65, count: 8192))
        }
        let error = await failure(HTTPRequest(.get, server.url, maximumResponseBytes: 100_000))
        #expect(error?.code == .tooLarge)
        #expect(error?.reason == "the response is longer than 100000 bytes")
    }

    @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
        let server = try LoopbackServer { _ in .ok("12345") }
        #expect(try await client.send(HTTPRequest(.get, server.url, maximumResponseBytes: 5)).text == "12345")
        #expect(await failure(HTTPRequest(.get, server.url, maximumResponseBytes: 4))?.code == .tooLarge)
    }

    @Test func endlessHeadersEndTheTransfer() async throws {
        let server = try LoopbackServer { _ in
            .endless(head: Array("HTTP/1.1 200 OK\r\n".utf8), chunk: Array("X-Long: \(String(repeating: "a", count: 1000))\r\n".utf8))
        }
        #expect(await failure(HTTPRequest(.get, server.url))?.code == .tooLarge)
    }

    @Test func garbageIsAProtocolError() async throws {
        let server = try LoopbackServer { _ in .bytesThenClose(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)) }
        #expect(await failure(HTTPRequest(.get, server.url))?.code == .protocol)
    }

    @Test func aConnectionThatBreaksOffIsAProtocolError() async throws {
        let server = try LoopbackServer { _ in .bytesThenClose(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".utf8)) }
        #expect(await failure(HTTPRequest(.get, server.url))?.code == .protocol)
    }

    @Test func cancellingTheTaskEndsTheTransfer() async throws {
        let server = try LoopbackServer { _ in .silence }
        let task = Task { await failure(HTTPRequest(.get, server.url, timeout: .seconds(60))) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothingToTheEnd() async throws {
        let server = try LoopbackServer { _ in .silence }
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure(HTTPRequest(.get, server.url, timeout: .seconds(60)))
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }

    @Test func shuttingDownEndsWhatIsOpenAndRefusesWhatComes() async throws {
        let server = try LoopbackServer { _ in .silence }
        let open = Task { await failure(HTTPRequest(.get, server.url, timeout: .seconds(60))) }
        while server.requests.isEmpty { await Task.yield() }
        client.shutdown()
        #expect(await open.value?.code == .cancelled)
        #expect(await failure(HTTPRequest(.get, server.url))?.code == .cancelled)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/a", "file:///etc/passwd", "127.0.0.1:80", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
        "http://127.0.0.1:99999/",
    ])
    func aBadURLIsRefused(url: String) async {
        #expect(await failure(HTTPRequest(.get, url))?.code == .invalidRequest)
    }

    @Test func headersCannotSmuggleLines() async throws {
        let server = try LoopbackServer { _ in .ok("") }
        #expect(await failure(HTTPRequest(.get, server.url, headers: [HTTPHeader("x", "a\r\nEvil: b")]))?.code == .invalidRequest)
        #expect(await failure(HTTPRequest(.get, server.url, headers: [HTTPHeader("x: y\r\nz", "a")]))?.code == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test func secretsOfTheURLAreNotInTheError() async throws {
        let error = await failure(HTTPRequest(.get, "http://user:hunter2@127.0.0.1:1/path?token=hunter3#hunter4"))
        #expect(error?.place == "GET http://127.0.0.1:1/path")
        #expect(error.map { "\($0)" }?.contains("hunter") == false)
    }
}
