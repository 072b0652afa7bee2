import Foundation
import HTTPClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

@Suite struct LimitTests {
    @Test func bodiesAreBounded() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 100
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            let answer = try await server.call(.post, "/v1/releases", body: [UInt8](repeating: 32, count: 101))
            #expect(answer.status == 413)
            #expect(answer.errorCode == "limit_exceeded")
        }
    }

    @Test func headersAreBounded() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let answer = try? await server.call(
                .get, "/v1/releases", headers: [HTTPHeader("X-Long", String(repeating: "x", count: 40_000))])
            #expect(answer?.status ?? 400 == 400)
            let many = (0..<100).map { HTTPHeader("X-\($0)", "x") }
            #expect(try await server.call(.get, "/healthz", as: nil).status == 200)
            let second = try? await server.call(.get, "/v1/releases", headers: many)
            #expect(second?.status ?? 400 == 400)
        }
    }

    @Test func aBodyThatDoesNotArriveIsGivenUp() async throws {
        var limits = ServerLimits()
        limits.bodyDeadline = .milliseconds(300)
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            let port = try #require(URL(string: server.url)?.port)
            let token = try #require(server.tokens[.admin])
            let answer = try await RawConnection(port: port).exchange(
                "POST /v1/releases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Length: 50\r\n\r\n{")
            #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
            #expect(answer.contains("did not arrive in time"))
        }
    }

    @Test func aPortInUseIsOneClearMessage() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let port = try #require(URL(string: server.url)?.port)
            let second = ReleaseServer(
                store: server.store, catalogue: .test,
                configuration: ServerConfiguration(
                    port: port, version: "1", startedAt: try await server.store.now(), clock: RunningServer.wallClock),
                databaseVersion: "", logger: TestDatabase.logger)
            let error = await #expect(throws: ReleaseError.self) { try await second.run() }
            #expect(error?.code == .conflict)
            #expect(error?.reason.contains("port \(port) is in use") == true)
            #expect(error?.advice?.contains("--listen") == true)
        }
    }
}
