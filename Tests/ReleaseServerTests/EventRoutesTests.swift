import HTTPClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle
import Testing

@Suite struct EventRoutesTests {
    @Test func aWaitingCallIsWokenByACommit() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            let controller = TestController(server.store)
            try await controller.enterFirstStage(release.id)
            let first: EventPage = try await server.call(.get, "/v1/releases/\(release.id)/events").decoded()
            #expect(first.events.compactMap(\.decision).map(\.decision.kind) == [.start])
            #expect(first.events.compactMap(\.evaluation).count == 1)
            #expect(first.state == .progressing)

            let started = ContinuousClock.now
            async let woken = server.call(.get, "/v1/releases/\(release.id)/events?after=\(first.next)&wait=30", timeout: .seconds(40))
            try await server.waitUntil(waiting: 1)
            try await controller.recordWindow(release.id)
            let page: EventPage = try await woken.decoded()
            #expect(page.events.compactMap(\.evaluation).count == 1)
            #expect(page.events.compactMap(\.decision).isEmpty)
            #expect(page.next != first.next)
            #expect(ContinuousClock.now - started < .seconds(20))
        }
    }

    @Test func withoutNewsACallEndsAtItsTime() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            let page: EventPage = try await server.call(.get, "/v1/releases/\(release.id)/events?wait=1").decoded()
            #expect(page.events.isEmpty)
            #expect(page.state == .pending)
        }
    }

    @Test func aStoppingServerLetsWaitingCallsGo() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            let started = ContinuousClock.now
            async let waiting = server.call(.get, "/v1/releases/\(release.id)/events?wait=50", timeout: .seconds(60))
            try await server.waitUntil(waiting: 1)
            await server.group.triggerGracefulShutdown()
            let page: EventPage = try await waiting.decoded()
            #expect(page.events.isEmpty)
            #expect(ContinuousClock.now - started < .seconds(30))
        }
    }

    @Test func waitersAreBounded() async throws {
        var limits = ServerLimits()
        limits.waiters = 1
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            async let first = server.call(.get, "/v1/releases/\(release.id)/events?wait=5")
            try await server.waitUntil(waiting: 1)
            let second = try await server.call(.get, "/v1/releases/\(release.id)/events?wait=5")
            #expect(second.status == 429)
            #expect(second.errorCode == "limit_exceeded")
            #expect(second.response.header("Retry-After") != nil)
            #expect(try await first.status == 200)
        }
    }

    @Test(arguments: ["after=x", "after=d1", "after=d-1.w0", "wait=-1", "wait=999"])
    func badPlacesAreRefused(_ query: String) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            #expect(try await server.call(.get, "/v1/releases/\(release.id)/events?\(query)").status == 400)
        }
    }
}

extension RunningServer {
    /// Polls the server's own metrics until so many calls wait for events.
    func waitUntil(waiting count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if try await call(.get, "/metrics").text.contains("tidegate_http_waiting \(count)\n") { return }
            await Task.yield()
        }
        throw ReleaseError(.timedOut, "there are never \(count) calls waiting")
    }
}
