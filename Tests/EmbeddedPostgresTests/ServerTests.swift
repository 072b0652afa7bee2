import Foundation
import Glibc
import PostgresClient
import Testing

@testable import EmbeddedPostgres

/// A private server through its life.
@Suite(.timeLimit(.minutes(3))) struct ServerTests {
    private func ask(_ sql: String, _ address: DatabaseAddress) async throws -> String {
        let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: TemporaryFolder.quiet)
        do {
            let answer = try await client.query(sql).first.map { $0[0].text ?? "NULL" } ?? ""
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }

    @Test func anEmptyFolderBecomesADatabaseThatIsKept() async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withServer { _, address async throws in
                #expect(try await ask("select current_database() || ' ' || current_user", address) == "tidegate tidegate_admin")
                _ = try await ask("create table kept (n int)", address)
            }
            try await folder.withServer { _, address async throws in
                #expect(try await ask("select count(*) from kept", address) == "0")
            }
        }
    }

    @Test func itListensOnAPrivateSocketOnlyAndNotAsRoot() async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withServer { server, address async throws in
                #expect(try await ask("show listen_addresses", address) == "")
                var status = stat()
                #expect(lstat(address.socketFolder, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o700)
                let processID = try #require(await server.processID)
                #expect(stat("/proc/\(processID)", &status) == 0)
                #expect(status.st_uid != 0)
                let login = DatabaseAddress(socketFolder: "127.0.0.1", port: 5432, user: address.user, database: "postgres")
                var configuration = try PostgresConfiguration(login.connectionString)
                configuration.acquireTimeout = .milliseconds(200)
                let overNetwork = PostgresClient(configuration, logger: TemporaryFolder.quiet)
                await #expect(throws: PostgresError(.connectionFailed, "")) { try await overNetwork.query("select 1") }
                await overNetwork.close()
            }
        }
    }

    @Test func durabilityIsWhatWasAskedFor() async throws {
        let settings =
            "select string_agg(setting, ' ' order by name) from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')"
        try await TemporaryFolder.with { folder in
            try await folder.withServer({ $0.durability = .crashSafe }) { _, address async throws in
                #expect(try await ask(settings, address) == "on on on")
                #expect(try await ask("show data_checksums", address) == "on")
            }
            try await folder.withServer({ $0.durability = .throwaway }) { _, address async throws in
                #expect(try await ask(settings, address) == "off off off")
            }
        }
    }

    @Test func twoCannotHaveTheSameFolder() async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withServer { _, address async throws in
                let second = EmbeddedPostgres(folder.configuration(), logger: TemporaryFolder.quiet)
                #expect(await code { try await second.start() } == .folderInUse)
                #expect(try await ask("select 1", address) == "1")
            }
        }
    }

    @Test func aFolderOfAnotherVersionIsRefusedAndLeftAlone() async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withServer { _, _ in }
            let version = "\(folder.path)/data/cluster/PG_VERSION"
            try "9\n".write(toFile: version, atomically: false, encoding: .utf8)
            let server = EmbeddedPostgres(folder.configuration(), logger: TemporaryFolder.quiet)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await server.start() }
            #expect(error?.code == .otherVersion)
            #expect(error?.reason.contains("PostgreSQL 9") == true && error?.advice?.contains("postgresql-9") == true)
            #expect(try String(contentsOfFile: version, encoding: .utf8) == "9\n")
        }
    }

    /// A stale postmaster.pid: of a process that is gone, and of one that is something else by now.
    @Test(arguments: [999_999_999, Int(getpid())])
    func aStalePidFileIsNoObstacle(_ processID: Int) async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withServer { _, _ in }
            let cluster = "\(folder.path)/data/cluster"
            let stale = "\(processID)\n\(cluster)\n1700000000\n5432\n\(folder.path)/data/s\n\n     1234         0\nready   \n"
            try stale.write(toFile: "\(cluster)/postmaster.pid", atomically: false, encoding: .utf8)
            if let user = try ServerUser.current() { chown("\(cluster)/postmaster.pid", user.userID, user.groupID) }
            try await folder.withServer { server, address async throws in
                #expect(try await ask("select 1", address) == "1")
                #expect(await server.processID != Int32(processID))
            }
        }
    }

    @Test func anInterruptedInitialisationIsBegunAnew() async throws {
        try await TemporaryFolder.with { folder in
            let half = "\(folder.path)/data/cluster.new"
            try FileManager.default.createDirectory(atPath: half, withIntermediateDirectories: true)
            chmod("\(folder.path)/data", 0o755)
            try "15\n".write(toFile: "\(half)/PG_VERSION", atomically: false, encoding: .utf8)
            try await folder.withServer { _, address async throws in #expect(try await ask("select 1", address) == "1") }
        }
    }

    @Test func aServerThatCannotStartSaysWhyAndFreesTheFolder() async throws {
        try await TemporaryFolder.with { folder in
            let wrong = EmbeddedPostgres(folder.configuration { $0.settings = [("no_such_setting", "1")] }, logger: TemporaryFolder.quiet)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await wrong.start() }
            #expect(error?.code == .startFailed && error?.reason.contains("no_such_setting") == true)
            try await folder.withServer { _, address async throws in #expect(try await ask("select 1", address) == "1") }
        }
    }

    @Test func aLongPathHasItsSocketElsewhere() async throws {
        try await TemporaryFolder.with { folder in
            let long = "\(folder.path)/\(String(repeating: "long-", count: 30))"
            let place = try await folder.withServer({ $0.folder = long }) { _, address async throws in
                #expect(address.socketFolder.hasPrefix("/tmp/tidegate-"))
                var status = stat()
                #expect(lstat(address.socketFolder, &status) == 0 && status.st_mode & 0o777 == 0o700)
                #expect(try await ask("select 1", address) == "1")
                return address.socketFolder
            }
            #expect(access(place, F_OK) != 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs the server as somebody else"))
    func aFolderTheServersUserCannotEnterIsAClearError() async throws {
        try await TemporaryFolder.with { folder in
            chmod(folder.path, 0o700)
            let server = EmbeddedPostgres(folder.configuration(), logger: TemporaryFolder.quiet)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await server.start() }
            #expect(error?.code == .notPermitted && error?.advice?.contains("chmod o+x \(folder.path)") == true)
        }
    }

    @Test func addressesAreQuotedForLibpq() throws {
        let address = DatabaseAddress(socketFolder: "/a b", port: 5432, user: "it's", database: "back\\slash")
        #expect(address.connectionString == "host='/a b' port='5432' user='it\\'s' dbname='back\\\\slash'")
        #expect(try PostgresConfiguration(address.connectionString).description == "host=/a b port=5432 user=it's dbname=back\\slash")
        #expect(address.with(database: "x").database == "x" && address.with(user: "y").user == "y")
    }
}
