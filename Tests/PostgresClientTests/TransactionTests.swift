import PostgresClient
import Testing

/// All or nothing, whatever the body does.
@Suite struct TransactionTests {
    private struct Refused: Error {}

    private func withTable(_ body: @escaping @Sendable (PostgresClient) async throws -> Void) async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("create table entry (n int primary key)")
            try await body(client)
        }
    }

    private func count(_ client: PostgresClient) async throws -> Int {
        try await client.query("select count(*) from entry").only()[0].int()
    }

    @Test func aReturningBodyCommits() async throws {
        try await withTable { client in
            let value = try await client.transaction { tx in
                try await tx.execute("insert into entry values (1)")
                try await tx.execute("insert into entry values (2)")
                return 7
            }
            #expect(value == 7)
            #expect(try await count(client) == 2)
        }
    }

    @Test func aThrowingBodyRollsBack() async throws {
        try await withTable { client async throws in
            let error = await thrown {
                try await client.transaction { tx in
                    try await tx.execute("insert into entry values (1)")
                    throw Refused()
                }
            }
            #expect(error is Refused)
            #expect(try await count(client) == 0)
        }
    }

    @Test func anErrorKeptToItselfIsNotCommitted() async throws {
        try await withTable { client async throws in
            let error = await code {
                try await client.transaction { tx in
                    try await tx.execute("insert into entry values (1)")
                    _ = try? await tx.execute("insert into entry values (1)")
                }
            }
            #expect(error == .transactionAborted)
            #expect(try await count(client) == 0)
        }
    }

    @Test func aDeferredConstraintFailsAtCommit() async throws {
        try await withTable { client in
            try await client.execute("create table child (n int references entry deferrable initially deferred)")
            let error = await code { try await client.transaction { tx in try await tx.execute("insert into child values (9)") } }
            #expect(error == .foreignKeyViolation)
            #expect(try await client.query("select 1 from child").isEmpty)
        }
    }

    @Test func cancellingTheTaskRollsBackAndTheConnectionIsCleanAgain() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 2 }) { client in
            try await client.execute("create table entry (n int primary key)")
            let task = Task {
                try await client.transaction { tx in
                    try await tx.execute("insert into entry values (1)")
                    try await tx.query("select pg_sleep(60)")
                }
            }
            #expect(try await TestDatabase.waitForBusyBackends(1, client))
            task.cancel()
            #expect(await thrown { try await task.value } is CancellationError)
            #expect(try await client.query("select count(*) from entry").only()[0].int() == 0)
            let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"
            #expect(try await client.query(open).only()[0].int() == 0)
        }
    }

    @Test func cancelledBeforeCommitIsRolledBack() async throws {
        try await withTable { client async throws in
            let task = Task {
                try await client.transaction { tx in
                    try await tx.execute("insert into entry values (1)")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            #expect(await thrown { try await task.value } is CancellationError)
            #expect(try await count(client) == 0)
        }
    }

    @Test func isolationLevelsAndReadOnlyAreWhatTheServerSees() async throws {
        try await withTable { client in
            for (level, name) in [
                (PostgresIsolation.readCommitted, "read committed"), (.repeatableRead, "repeatable read"), (.serializable, "serializable"),
            ] {
                let seen = try await client.transaction(isolation: level) { tx in
                    try await tx.query("select current_setting('transaction_isolation')").only()[0].string()
                }
                #expect(seen == name)
            }
            let error = await code {
                try await client.transaction(readOnly: true) { tx in try await tx.execute("insert into entry values (1)") }
            }
            #expect(error == .readOnlyTransaction)
        }
    }

    @Test func aSerializationFailureSaysThatTryingAgainHelps() async throws {
        try await withTable { client in
            try await client.execute("insert into entry values (1)")
            let error =
                await thrown {
                    try await client.transaction(isolation: .repeatableRead) { tx in
                        _ = try await tx.query("select * from entry")
                        try await client.execute("update entry set n = 2")
                        try await tx.execute("update entry set n = 3")
                    }
                } as? PostgresError
            #expect(error?.code == .serializationFailure && error?.isTransient == true)
        }
    }

    @Test func aTransactionIsOfNoUseAfterItsClosure() async throws {
        try await withTable { client in
            let escaped = try await client.transaction { tx in tx }
            #expect(await code { try await escaped.query("select 1") } == .misuse)
            let connection = try await client.withConnection { $0 }
            #expect(await code { try await connection.query("select 1") } == .misuse)
        }
    }

    @Test func transactionStatementsOutsideTheirPlaceAreRefused() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            try await client.execute("create table entry (n int)")
            #expect(await code { try await client.query("begin") } == .misuse)
            #expect(await code { try await client.executeScript("begin; insert into entry values (1)") } == .misuse)
            let ended = await code {
                try await client.transaction { tx in try await tx.execute("rollback") }
            }
            #expect(ended == .misuse)
            try await client.withConnection { connection in
                try await connection.execute("begin")
                try await connection.execute("insert into entry values (1)")
            }
            #expect(try await client.query("select count(*) from entry").only()[0].int() == 0)
            let transactions = try await [client.query("select pg_current_xact_id()"), client.query("select pg_current_xact_id()")]
            #expect(try transactions[0].only()[0].string() != transactions[1].only()[0].string())
        }
    }

    @Test func aConnectionKeepsItsSessionAndLosesItOnError() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 2 }) { client async throws in
            let holders =
                "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"
            let error = await thrown {
                try await client.withConnection { connection in
                    try await connection.query("select pg_advisory_lock(7)")
                    try await connection.transaction { tx in try await tx.execute("create table entry (n int)") }
                    #expect(try await client.query(holders).only()[0].int() == 1)
                    #expect(try await connection.query("select pg_backend_pid()").only()[0].int() == Int(connection.backendProcess))
                    throw Refused()
                }
            }
            #expect(error is Refused)
            #expect(try await TestDatabase.eventually { try await client.query(holders).only()[0].int() == 0 })
            #expect(try await client.query("select 1 from entry").isEmpty)
        }
    }

    @Test func transactionsDoNotNest() async throws {
        try await TestDatabase.withClient { client in
            let error = await code {
                try await client.withConnection { connection in
                    try await connection.transaction { _ in try await connection.transaction { _ in } }
                }
            }
            #expect(error == .misuse)
        }
    }
}
