import PostgresClient
import Testing

/// What the server refuses, and how it is told.
@Suite struct ErrorTests {
    @Test func integrityErrorsCarryTheirConstraint() async throws {
        try await TestDatabase.withClient { client in
            try await client.executeScript(
                "create table target (name text constraint target_key primary key, weight int not null constraint weight_range check (weight >= 0))"
            )
            try await client.execute("insert into target values ('demo', 1)")
            let twice = await thrown { try await client.execute("insert into target values ($1, 2)", ["demo"]) } as? PostgresError
            #expect(twice?.code == .uniqueViolation)
            #expect(twice?.constraint == "target_key" && twice?.table == "target")
            #expect(twice?.sqlState == "23505")
            #expect(twice?.detail?.contains("demo") == true)
            let negative = await thrown { try await client.execute("insert into target values ('b', -1)") } as? PostgresError
            #expect(negative?.code == .checkViolation && negative?.constraint == "weight_range")
            let missing = await thrown { try await client.execute("insert into target (name) values ('c')") } as? PostgresError
            #expect(missing?.code == .notNullViolation && missing?.column == "weight")
        }
    }

    @Test func aSyntaxErrorPointsAtItsPlace() async throws {
        try await TestDatabase.withClient { client in
            let error = await thrown { try await client.query("select 1,\n  wieght from pg_class") } as? PostgresError
            #expect(error?.code == .undefinedColumn)
            #expect(error?.place == "line 2, column 3:   wieght from pg_class")
        }
    }

    @Test func anOwnErrorCodeOfAFunctionArrivesWithItsContext() async throws {
        try await TestDatabase.withClient { client in
            try await client.executeScript(
                """
                create function refuse() returns void language plpgsql as $$
                begin raise exception 'lease term 3 is over' using errcode = 'TG001', detail = 'term 4 holds', hint = 'read again'; end $$
                """)
            let error = await thrown { try await client.query("select refuse()") } as? PostgresError
            #expect(error?.code == .sqlState("TG001"))
            #expect(error?.detail == "term 4 holds" && error?.hint == "read again")
            #expect(error?.place?.contains("refuse()") == true)
        }
    }

    @Test func aStatementThatTakesTooLongIsCancelledAndTheConnectionGoesOn() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            let before = try await client.query("select pg_backend_pid()").only()[0].int()
            #expect(await code { try await client.query("select pg_sleep(60)", [], timeout: .milliseconds(50)) } == .timedOut)
            #expect(try await client.query("select pg_backend_pid()").only()[0].int() == before)
        }
        try await TestDatabase.withClient({ $0.statementTimeout = .milliseconds(50) }) { client async throws in
            #expect(await code { try await client.query("select pg_sleep(60)") } == .timedOut)
            #expect(await code { try await client.executeScript("select pg_sleep(60)") } == .timedOut)
            #expect(try await client.query("select pg_sleep(0.2)", [], timeout: .seconds(30)).count == 1)
        }
    }

    @Test func theServersOwnTimeoutIsToldApart() async throws {
        try await TestDatabase.withClient { client in
            let error = await code {
                try await client.transaction { tx in
                    try await tx.execute("set local statement_timeout = 20")
                    try await tx.query("select pg_sleep(60)")
                }
            }
            #expect(error == .queryCancelled)
        }
    }

    @Test func scriptsAreAllOrNothing() async throws {
        try await TestDatabase.withClient { client in
            try await client.executeScript("create table a (n int); insert into a values (1); insert into a values (2)")
            #expect(await code { try await client.executeScript("insert into a values (3); insert into b values (1)") } == .undefinedTable)
            #expect(try await client.query("select count(*) from a").only()[0].int() == 2)
        }
    }

    @Test func copyIsRefusedAndLeavesTheClientUsable() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            try await client.execute("create table a (n int)")
            #expect(await code { try await client.executeScript("copy a from stdin") } == .misuse)
            #expect(await code { try await client.query("copy a to stdout") } == .misuse)
            #expect(try await client.query("select 1").count == 1)
        }
    }
}
