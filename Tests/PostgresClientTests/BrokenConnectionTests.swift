import EmbeddedPostgres
import PostgresClient
import Testing

/// Killed backends: what may be repeated is, and nothing else.
@Suite(.timeLimit(.minutes(2))) struct BrokenConnectionTests {
    /// Ends every other session of the database and waits until they are gone.
    private func killOthers(_ address: DatabaseAddress) async throws {
        try await TestDatabase.withClient(at: address) { killer in
            let others =
                "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
            try await killer.query("select pg_terminate_backend(pid, 10000) \(others)")
            #expect(try await killer.query("select 1 \(others)").isEmpty)
        }
    }

    @Test func theNextStatementAfterAKillWorks() async throws {
        try await TestDatabase.databases.withDatabase { address in
            try await TestDatabase.withClient(at: address, { $0.maximumConnections = 1 }) { client in
                for _ in 0..<3 {
                    for _ in 0..<3 { #expect(try await client.query("select $1::int", [1]).count == 1) }
                    try await killOthers(address)
                    #expect(try await client.transaction { tx in try await tx.query("select $1::int", [2]).only()[0].int() } == 2)
                    try await killOthers(address)
                    #expect(try await client.withConnection { try await $0.query("select $1::int", [3]).only()[0].int() } == 3)
                    try await killOthers(address)
                }
            }
        }
    }

    @Test func aKillWithinATransactionFailsItAsAWhole() async throws {
        try await TestDatabase.databases.withDatabase { address in
            try await TestDatabase.withClient(at: address) { client in
                try await client.execute("create table entry (n int)")
                let error =
                    await thrown {
                        try await client.transaction { tx in
                            try await tx.execute("insert into entry values (1)")
                            try await killOthers(address)
                            try await tx.execute("insert into entry values (2)")
                        }
                    } as? PostgresError
                #expect(error?.code == .connectionLost && error?.mayHaveHappened == false)
                let atCommit =
                    await thrown {
                        try await client.transaction { tx in
                            try await tx.execute("insert into entry values (3)")
                            try await killOthers(address)
                        }
                    } as? PostgresError
                #expect(atCommit?.code == .connectionLost && atCommit?.mayHaveHappened == false)
                #expect(try await client.query("select count(*) from entry").only()[0].int() == 0)
            }
        }
    }

    @Test func aKillWithinAConnectionIsNotHidden() async throws {
        try await TestDatabase.databases.withDatabase { address in
            try await TestDatabase.withClient(at: address) { client in
                let error = await code {
                    try await client.withConnection { connection in
                        try await connection.query("select pg_advisory_lock(1)")
                        try await killOthers(address)
                        try await connection.query("select 1")
                    }
                }
                #expect(error == .connectionLost)
            }
        }
    }

    @Test func aKillWhileAStatementRunsIsNotRepeated() async throws {
        try await TestDatabase.databases.withDatabase { address in
            try await TestDatabase.withClient(at: address) { client in
                let running = Task { try await client.query("select pg_sleep(60)") }
                #expect(try await TestDatabase.waitForBusyBackends(1, client))
                try await killOthers(address)
                let error = await thrown { try await running.value } as? PostgresError
                #expect(error?.code == .connectionLost && error?.mayHaveHappened == true)
            }
        }
    }
}
