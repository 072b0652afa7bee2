import PostgresClient
import Testing

/// Reading rows: by name, by position, and what is said when a value is something else.
@Suite struct RowTests {
    @Test func rowsAreReadByNameAndByPosition() async throws {
        try await TestDatabase.withClient { client in
            let rows = try await client.query("select 'm' || n as name, n as weight from generate_series(1, 3) n order by n")
            #expect(rows.columns == ["name", "weight"])
            #expect(rows.count == 3 && rows.affectedRows == 3)
            #expect(try rows.map { try $0["name"].string() } == ["m1", "m2", "m3"])
            let (name, weight) = try rows[2].decode((String, Int).self)
            #expect(name == "m3" && weight == 3)
            #expect(try rows[0].decode(Int.self, "weight") == 1)
        }
    }

    @Test func aMismatchNamesRowColumnAndType() async throws {
        try await TestDatabase.withClient { client in
            let rows = try await client.query("select 1 as id, 'many' as weight union all select 2, null order by 1")
            let mismatch = #expect(throws: PostgresError.self) { try rows[0]["weight"].int() }
            #expect(mismatch?.description == "row 1, column \"weight\" (text): not a value of type Int [decoding]")
            let null = #expect(throws: PostgresError.self) { try rows[1].decode(String.self, "weight") }
            #expect(null?.description == "row 2, column \"weight\" (text): NULL, where a value of type String is needed [decoding]")
            let missing = #expect(throws: PostgresError.self) { try rows[0]["wieght"].string() }
            #expect(missing?.message == "there is no column \"wieght\"; the result has \"id\", \"weight\"")
            let outside = #expect(throws: PostgresError.self) { try rows[0].decode((Int, String, Int).self) }
            #expect(outside?.code == .decoding)
        }
    }

    @Test func typesAreNotGuessed() async throws {
        try await TestDatabase.withClient { client in
            let row = try await client.query(
                "select '12'::text as text, 3000000000::int8 as big, 1.5::numeric as half, 't'::text as letter, '\\x41'::bytea as data, now()::timestamp as local"
            ).only()
            #expect(throws: PostgresError.self) { try row["text"].int() }
            #expect(throws: PostgresError.self) { try row.decode(Int32.self, "big") }
            #expect(throws: PostgresError.self) { try row["half"].int() }
            #expect(throws: PostgresError.self) { try row["letter"].bool() }
            #expect(throws: PostgresError.self) { try row["data"].string() }
            #expect(throws: PostgresError.self) { try row["local"].microseconds() }
            #expect(try row["half"].double() == 1.5)
            #expect(try row["big"].string() == "3000000000")
        }
    }

    @Test func oneRowIsAskedFor() async throws {
        try await TestDatabase.withClient { client in
            let none = try await client.query("select 1 where false")
            let two = try await client.query("select 1 union all select 2")
            #expect(throws: PostgresError(.unexpectedRows, "")) { try none.only() }
            #expect(throws: PostgresError(.unexpectedRows, "")) { try two.only() }
            #expect(throws: PostgresError(.unexpectedRows, "")) { try two.onlyIfAny() }
            #expect(try none.onlyIfAny() == nil)
        }
    }

    @Test func enumsAndDomainsAreText() async throws {
        try await TestDatabase.withClient { client in
            try await client.executeScript("create type phase as enum ('stable', 'canary'); create domain slug as text check (value <> '')")
            let row = try await client.query("select $1::phase as phase, $2::slug as slug", ["canary", "checkout"]).only()
            #expect(try row.decode((String, String).self) == ("canary", "checkout"))
            #expect(await code { try await client.query("select $1::phase", ["no such phase"]) } == .sqlState("22P02"))
        }
    }
}
