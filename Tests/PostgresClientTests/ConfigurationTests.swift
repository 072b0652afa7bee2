import EmbeddedPostgres
import Logging
import PostgresClient
import Synchronization
import Testing

/// Where a connection leads, as whom, and what is never told.
@Suite struct ConfigurationTests {
    private static let password = "s3cr3t-pa55"

    @Test(
        arguments: [
            "postgresql://app:s3cr3t-pa55@127.0.0.1:1/db", "host=127.0.0.1 port=1 user=app password=s3cr3t-pa55 dbname=db",
            "postgresql://app@127.0.0.1:1/db?password=s3cr3t-pa55",
        ])
    func passwordsAreNeitherShownNorLogged(_ address: String) async throws {
        var configuration = try PostgresConfiguration(address)
        configuration.acquireTimeout = .milliseconds(100)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [configuration.description, "\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(Self.password))
            #expect(text.contains("127.0.0.1"))
        }
        let log = CapturedLog()
        let client = PostgresClient(configuration, logger: log.logger)
        let error = await thrown { try await client.query("select 1") } as? PostgresError
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("127.0.0.1") == true)
        #expect(!(error.map { String(reflecting: $0) } ?? "").contains(Self.password))
        #expect(!log.text.isEmpty)
        #expect(!log.text.contains(Self.password))
        await client.close()
    }

    @Test(
        arguments: [
            "postgresql://app:s3cr3t-pa55@host:notaport/db?nonsense=1", "postgres://app:s3cr3t-pa55@[::1/db",
            "password=s3cr3t-pa55 nonsense=1", "password='s3cr3t-pa55", "postgresql://app:s3cr3t-pa55@h/db?x",
        ])
    func anUnreadableAddressIsRefusedWithoutItsPassword(_ address: String) async throws {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(address) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.description.contains(Self.password) == false)
    }

    @Test func aStatementThatSetsAPasswordIsNotQuotedInItsError() async throws {
        try await TestDatabase.withClient { client in
            let error =
                await thrown { try await client.execute("alter role nobody_here password 's3cr3t-pa55' nonsense") } as? PostgresError
            #expect(error?.code == .syntaxError)
            #expect(error?.description.contains(Self.password) == false)
        }
    }

    @Test func theRoleAndTheSettingsAreTakenOn() async throws {
        try await TestDatabase.databases.withDatabase { address in
            let role = "role of \(address.database) \"quoted\""
            try await TestDatabase.withClient(at: address) { admin in
                try await admin.executeScript(
                    "create role \"\(role.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"; create schema s; create table s.t (n int)"
                )
            }
            try await TestDatabase.withClient(
                at: address,
                {
                    $0.roleName = role
                    $0.applicationName = "tests ' of \\ names"
                    $0.sessionSettings = [("search_path", "s, public"), ("tidegate.note", "it's \\ a \"note\"")]
                }
            ) { client in
                let row = try await client.query(
                    "select current_user::text as who, current_setting('application_name') as app, current_setting('tidegate.note') as note, current_setting('search_path') as path"
                ).only()
                #expect(try row["who"].string() == role)
                #expect(try row["app"].string() == "tests ' of \\ names")
                #expect(try row["note"].string() == "it's \\ a \"note\"")
                #expect(try row["path"].string() == "s, public")
                #expect(await code { try await client.query("select * from s.t") } == .insufficientPrivilege)
            }
            try await TestDatabase.withClient(at: address) { try await $0.execute("drop role \"\(role.replacing("\"", with: "\"\""))\"") }
        }
    }

    @Test func aRefusedLoginIsToldAtOnce() async throws {
        try await TestDatabase.databases.withDatabase { address in
            let start = ContinuousClock.now
            for (wrong, word) in [(address.with(database: "no such database"), "3D000"), (address.with(user: "nobody_here"), "28000")] {
                try await TestDatabase.withClient(at: wrong, { $0.acquireTimeout = .seconds(120) }) { client in
                    let error = await thrown { try await client.query("select 1") } as? PostgresError
                    #expect(error?.code == .connectionFailed)
                    #expect(error?.message.contains(word) == true)
                }
            }
            try await TestDatabase.withClient(at: address, { ($0.acquireTimeout, $0.roleName) = (.seconds(120), "nobody_here") }) {
                client in
                let error = await thrown { try await client.query("select 1") } as? PostgresError
                #expect(error?.code == .connectionFailed)
                #expect(error?.message.contains("nobody_here") == true)
            }
            #expect(ContinuousClock.now - start < .seconds(100))
        }
    }

    @Test func noticesGoToTheLog() async throws {
        let log = CapturedLog()
        try await TestDatabase.withClient(logger: log.logger) { client in
            try await client.executeScript("do $$ begin raise warning 'the canary sings'; end $$")
        }
        #expect(log.text.contains("warning PostgreSQL: the canary sings"))
    }
}

/// A logger whose lines can be read.
final class CapturedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        Logger(label: "captured") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        init(log: CapturedLog) { self.log = log }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }
}
