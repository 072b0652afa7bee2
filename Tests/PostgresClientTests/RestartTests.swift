import EmbeddedPostgres
import Foundation
import Glibc
import PostgresClient
import Testing

/// A server of the test's own, which may be stopped and killed.
@Suite(.timeLimit(.minutes(3))) struct RestartTests {
    private func withServer(
        _ durability: EmbeddedPostgresConfiguration.Durability = .throwaway,
        _ body: @Sendable (EmbeddedPostgres, DatabaseAddress) async throws -> Void
    ) async throws {
        let folder = "/dev/shm/tidegate-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var configuration = EmbeddedPostgresConfiguration(folder: folder)
        configuration.durability = durability
        let server = EmbeddedPostgres(configuration, logger: TestDatabase.quiet)
        let address = try await server.start()
        do { try await body(server, address) } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }

    @Test func poolAndListenersSurviveARestart() async throws {
        try await withServer { server, address in
            try await TestDatabase.withClient(at: address, { $0.acquireTimeout = .seconds(60) }) { client in
                var events = try await client.notifications(on: ["release"]).makeAsyncIterator()
                #expect(try await client.query("select 1").count == 1)
                try await server.stop()
                let early = Task { try await client.query("select 2 as n").only()["n"].int() }
                #expect(try await server.start() == address)
                #expect(try await early.value == 2)
                #expect(await events.next() == .reconnected)
                try await client.execute("select pg_notify('release', 'back')")
                #expect(await events.next() == .notification(channel: "release", payload: "back"))
            }
        }
    }

    @Test func aStoppedServerIsAClearErrorInTime() async throws {
        try await withServer { server, address in
            try await TestDatabase.withClient(at: address, { $0.acquireTimeout = .milliseconds(200) }) { client in
                #expect(try await client.query("select 1").count == 1)
                try await server.stop()
                let error = await thrown { try await client.query("select 1") } as? PostgresError
                #expect(error?.code == .connectionFailed)
                #expect(error?.message.contains(address.socketFolder) == true)
                #expect(error?.hint != nil)
            }
        }
    }

    @Test func aKilledServerIsStartedAgainAndNothingCommittedIsLost() async throws {
        try await withServer(.crashSafe) { server, address in
            try await TestDatabase.withClient(at: address, { $0.acquireTimeout = .seconds(60) }) { client in
                var events = try await client.notifications(on: ["release"]).makeAsyncIterator()
                try await client.execute("create table kept (n int)")
                try await client.execute("insert into kept values (1)")
                let killed = try #require(await server.processID)
                kill(killed, SIGKILL)
                #expect(await events.next() == .reconnected)
                #expect(try await client.query("select count(*) from kept").only()[0].int() == 1)
                #expect(await server.processID != killed)
            }
        }
    }
}
