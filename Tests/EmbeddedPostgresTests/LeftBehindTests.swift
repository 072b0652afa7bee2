import Foundation
import Glibc
import PostgresClient
import Testing

@testable import EmbeddedPostgres

/// Programs that end without stopping their server. Each is a real process that ends in the way said.
@Suite(.timeLimit(.minutes(3))) struct LeftBehindTests {
    /// Where the dying program and its test meet; one name per way of dying, told apart by the user of the machine's runs.
    private static func meetingPlace(_ name: String) -> String { "/tmp/tidegate-left-behind-\(name)" }

    private func removeMeetingPlace(_ name: String) async {
        let folder = Self.meetingPlace(name)
        if let left = Postmaster.running(cluster: "\(folder)/cluster") {
            kill(left.processID, SIGQUIT)
            while Postmaster.isAlive(left.processID) { await pause(.milliseconds(5)) }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func startServer(_ name: String, _ adjust: (inout EmbeddedPostgresConfiguration) -> Void = { _ in }) async throws
        -> (EmbeddedPostgres, DatabaseAddress)
    {
        var configuration = EmbeddedPostgresConfiguration(folder: meetingPlace(name))
        configuration.durability = .throwaway
        adjust(&configuration)
        let server = EmbeddedPostgres(configuration, logger: TemporaryFolder.quiet)
        return (server, try await server.start())
    }

    @Test func anOrdinaryEndStopsTheServer() async throws {
        await removeMeetingPlace("exit")
        await #expect(processExitsWith: .exitCode(7)) {
            _ = try await LeftBehindTests.startServer("exit")
            exit(7)
        }
        #expect(access("\(Self.meetingPlace("exit"))/cluster/PG_VERSION", F_OK) == 0)
        #expect(Postmaster.read(cluster: "\(Self.meetingPlace("exit"))/cluster") == nil)
        await removeMeetingPlace("exit")
    }

    @Test func aServerLeftByAKilledProgramIsTakenOver() async throws {
        await removeMeetingPlace("kill")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let (server, _) = try await LeftBehindTests.startServer("kill")
            _ = try await server.psql("create table kept (n int)", database: "tidegate")
            kill(getpid(), SIGKILL)
            while true { await pause(.seconds(1)) }
        }
        let left = try #require(Postmaster.running(cluster: "\(Self.meetingPlace("kill"))/cluster"))
        let (server, _) = try await Self.startServer("kill")
        #expect(await server.processID == left.processID)
        #expect(try await server.psql("select count(*) from kept", database: "tidegate") == "0")
        try await server.stop()
        #expect(!Postmaster.isAlive(left.processID))
        await removeMeetingPlace("kill")
    }

    @Test func aServerLeftWithOtherSettingsIsRestarted() async throws {
        await removeMeetingPlace("settings")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let (server, _) = try await LeftBehindTests.startServer("settings")
            _ = try await server.psql("create table kept (n int)", database: "tidegate")
            kill(getpid(), SIGKILL)
            while true { await pause(.seconds(1)) }
        }
        let left = try #require(Postmaster.running(cluster: "\(Self.meetingPlace("settings"))/cluster"))
        let (server, _) = try await Self.startServer("settings") { $0.durability = .crashSafe }
        #expect(await server.processID != left.processID)
        #expect(!Postmaster.isAlive(left.processID))
        #expect(try await server.psql("show fsync", database: "tidegate") == "on")
        #expect(try await server.psql("select count(*) from kept", database: "tidegate") == "0")
        try await server.stop()
        await removeMeetingPlace("settings")
    }

    @Test func theTestServerGoesWithItsProcess() async throws {
        await #expect(processExitsWith: .success) {
            let address = try await TemplateDatabases("gone").create()
            try address.socketFolder.write(toFile: "/tmp/tidegate-left-behind-gone", atomically: true, encoding: .utf8)
            exit(0)
        }
        let folder = try String(contentsOfFile: "/tmp/tidegate-left-behind-gone", encoding: .utf8)
        unlink("/tmp/tidegate-left-behind-gone")
        #expect(folder.contains("/tidegate-test-"))
        #expect(access(folder, F_OK) != 0)
    }

    @Test func theTestServerOfAKilledRunIsRemovedByTheNext() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let address = try await TemplateDatabases("killed").create()
            try address.socketFolder.write(toFile: "/tmp/tidegate-left-behind-killed", atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
            while true { await pause(.seconds(1)) }
        }
        let folder = try String(contentsOfFile: "/tmp/tidegate-left-behind-killed", encoding: .utf8).dropLast("/s".count)
        unlink("/tmp/tidegate-left-behind-killed")
        let left = Postmaster.running(cluster: "\(folder)/cluster")
        let base = String(folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex))
        // Another test's process may be at it at the same time; this one then passes the folder by.
        let deadline = ContinuousClock.now + .seconds(20)
        repeat { await ThrowawayCluster.removeLeftovers(in: base) } while access(String(folder), F_OK) == 0 && .now < deadline
        #expect(access(String(folder), F_OK) != 0)
        #expect(left.map { !Postmaster.isAlive($0.processID) } ?? true)
    }
}
