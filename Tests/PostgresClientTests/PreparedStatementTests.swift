import PostgresClient
import Testing

/// Statements prepare themselves, and not without bound.
@Suite struct PreparedStatementTests {
    private static let prepared = "select count(*) from pg_prepared_statements where statement like 'select $1::int + %'"

    @Test func theSecondRunPreparesAndTheCacheIsBounded() async throws {
        try await TestDatabase.withClient({ ($0.maximumConnections, $0.preparedStatementLimit) = (1, 4) }) { client in
            for number in 0..<10 { _ = try await client.query("select $1::int + \(number)", [1]) }
            #expect(try await client.query(Self.prepared).only()[0].int() == 0)
            for number in 0..<10 {
                for _ in 0..<3 { #expect(try await client.query("select $1::int + \(number)", [1]).only()[0].int() == number + 1) }
            }
            let kept = try await client.query("select statement from pg_prepared_statements order by 1").map { try $0[0].string() }
            #expect(kept == (6..<10).map { "select $1::int + \($0)" })
        }
    }

    @Test func theCacheStaysBoundedWithinATransactionThatFails() async throws {
        try await TestDatabase.withClient({ ($0.maximumConnections, $0.preparedStatementLimit) = (1, 2) }) { client async throws in
            for round in 0..<3 {
                _ = await thrown {
                    try await client.transaction { tx in
                        for number in 0..<5 {
                            _ = try await tx.query("select $1::int + \(number)", [1])
                            _ = try await tx.query("select $1::int + \(number)", [1])
                        }
                        try await tx.query("select 1 / $1::int", [.int(round - round)])
                    }
                }
            }
            #expect(try await client.query(Self.prepared).only()[0].int() <= 2)
        }
    }

    @Test func freeingStatementsNeverAbortsATransaction() async throws {
        try await TestDatabase.withClient({ ($0.maximumConnections, $0.preparedStatementLimit) = (1, 1) }) { client in
            for _ in 0..<2 { _ = try await client.query("select $1::int + 1", [1]) }
            try await client.execute("deallocate all")
            let sum = try await client.transaction { tx in
                _ = try await tx.query("select $1::int + 2", [1])
                _ = try await tx.query("select $1::int + 2", [1])
                return try await tx.query("select $1::int + 3", [1]).only()[0].int()
            }
            #expect(sum == 4)
            #expect(try await client.query(Self.prepared).only()[0].int() == 1)
        }
    }

    @Test func zeroPreparesNothing() async throws {
        try await TestDatabase.withClient({ ($0.maximumConnections, $0.preparedStatementLimit) = (1, 0) }) { client in
            for _ in 0..<5 { _ = try await client.query("select $1::int + 1", [1]) }
            #expect(try await client.query(Self.prepared).only()[0].int() == 0)
        }
    }

    @Test func aChangedTableOrDiscardedPlanIsNotNoticed() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            try await client.execute("create table shape (a int)")
            for _ in 0..<3 { #expect(try await client.query("select * from shape").columns == ["a"]) }
            try await client.execute("alter table shape add b text")
            #expect(try await client.query("select * from shape").columns == ["a", "b"])
            #expect(try await client.query("select * from shape").columns == ["a", "b"])
            try await client.execute("deallocate all")
            #expect(try await client.query("select * from shape").columns == ["a", "b"])
        }
    }

    @Test func aNullAndBytesInTheSamePlaceAreTwoStatements() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client async throws in
            for _ in 0..<3 {
                #expect(try await client.query("select $1::bytea as data", [.bytes([1, 2])]).only()["data"].bytes() == [1, 2])
                #expect(try await client.query("select $1::bytea as data", [.null]).only()["data"].isNull)
            }
        }
    }
}
