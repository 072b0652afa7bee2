import PostgresClient
import Testing

/// What is sent as a parameter comes back as it was, and is never read as SQL.
@Suite struct ParameterTests {
    @Test func hostileTextIsOnlyText() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("create table note (body text not null)")
            let hostile = [
                "'; drop table note; --", "\\'; drop table note; --", "$1 $$ $tag$", "\" ` \\ % _ \u{8}", "line\nline\r\ttab",
                "日本語 👩‍👩‍👧 ñ n\u{303}", "",
                String(repeating: "x'", count: 100_000), "NULL", "{a,b}", "\\x00",
            ]
            for text in hostile {
                try await client.execute("insert into note values ($1)", [.text(text)])
                let back = try await client.query("select body from note where body = $1", [.text(text)]).only()["body"].string()
                #expect(Array(back.utf8) == Array(text.utf8))
            }
            #expect(try await client.query("select count(*) from note").only()[0].int() == hostile.count)
        }
    }

    @Test func textWithNullCharacterIsRefusedAndNothingIsCutOff() async throws {
        try await TestDatabase.withClient { client in
            #expect(await code { try await client.query("select $1::text", ["a\u{0}b"]) } == .invalidParameter)
            #expect(await code { try await client.query("select $1::text[]", [["a", "b\u{0}"]]) } == .invalidParameter)
            #expect(await code { try await client.query("select 1\u{0}; drop table note") } == .invalidParameter)
        }
    }

    @Test func largeBytesComeBackUnchanged() async throws {
        try await TestDatabase.withClient { client in
            let bytes = (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
            let back = try await client.query("select $1::bytea as data, length($1::bytea) as size", [.bytes(bytes)]).only()
            #expect(try back["data"].bytes() == bytes)
            #expect(try back["size"].int() == bytes.count)
            let empty = try await client.query("select $1::bytea as data", [.bytes([])]).only()
            #expect(try empty["data"].bytes() == [])
        }
    }

    @Test func nullIsNullInEveryKind() async throws {
        try await TestDatabase.withClient { client in
            let row = try await client.query(
                "select $1::text, $2::bigint, $3::bool, $4::float8, $5::bytea, $6::timestamptz, $7::text[], $8::jsonb",
                [
                    .text(nil), .int(Int?.none), .bool(nil), .double(nil), .bytes(nil), .timestamp(microseconds: nil), .texts(nil),
                    .json(nil),
                ]
            ).only()
            for index in 0..<8 { #expect(row[index].isNull) }
            let decoded = try row.decode((String?, Int?, Bool?, Double?, [UInt8]?, PostgresTimestamp?, [String]?, PostgresJSON?).self)
            #expect(decoded.0 == nil && decoded.4 == nil && decoded.6 == nil)
        }
    }

    @Test func valuesOfEveryTypeRoundTrip() async throws {
        try await TestDatabase.withClient { client in
            let row = try await client.query(
                """
                select $1::int8 as whole, $2::float8 as fraction, $3::bool as yes, $4::uuid as id, $5::jsonb as document,
                       $6::timestamptz as at, $7::int2 as small, $8::numeric as large
                """,
                [
                    .int(Int64.min), .double(0.1 + 0.2), true, .uuid("6f1f2f3e-0000-4000-8000-00000000abcd"),
                    .json(#"{"b": [1, "ü'\""], "a": 1e400}"#), .timestamp(microseconds: -1), -7, .text("18446744073709551616"),
                ]
            ).only()
            #expect(try row["whole"].int64() == .min)
            #expect(try row["fraction"].double() == 0.1 + 0.2)
            #expect(try row["yes"].bool())
            #expect(try row["id"].string() == "6f1f2f3e-0000-4000-8000-00000000abcd")
            #expect(try row["document"].json().contains(#"["#))
            #expect(try row["at"].microseconds() == -1)
            #expect(try row["small"].int() == -7)
            #expect(try row["large"].string() == "18446744073709551616")
            #expect(await code { try row["large"].int() } == .decoding)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0])
    func extremeDoublesRoundTrip(_ value: Double) async throws {
        try await TestDatabase.withClient { client in
            let back = try await client.query("select $1::float8", [.double(value)]).only()[0].double()
            #expect(back.bitPattern == value.bitPattern || value.isNaN && back.isNaN)
        }
    }

    /// Microseconds from the year -4000 to 9999, the server's arithmetic being the judge.
    @Test func timestampsAgreeWithTheServer() async throws {
        try await TestDatabase.withClient { client in
            for seconds in stride(from: Int64(-188_000_000_000), through: 253_000_000_000, by: 9_876_543_211) {
                let microseconds = seconds * 1_000_000 + 123_456
                let row = try await client.query(
                    "select $1::timestamptz as at, $1::timestamptz = 'epoch'::timestamptz + $2::bigint * interval '1 microsecond' as same",
                    [.timestamp(microseconds: microseconds), .int(microseconds)]
                ).only()
                #expect(try row["same"].bool())
                #expect(try row["at"].microseconds() == microseconds)
            }
            #expect(await code { try await client.query("select 'infinity'::timestamptz").only()[0].microseconds() } == .decoding)
            // Another time zone of the session changes the text, not the time.
            let elsewhere = try await client.transaction { tx in
                try await tx.execute("set local timezone = 'Asia/Kolkata'")
                return try await tx.query("select '2026-01-02 03:04:05Z'::timestamptz").only()[0]
            }
            #expect(elsewhere.text == "2026-01-02 08:34:05+05:30")
            #expect(try elsewhere.microseconds() == 1_767_323_045_000_000)
        }
    }

    @Test func arraysKeepQuotesNullsAndNesting() async throws {
        try await TestDatabase.withClient { client in
            let texts = ["plain", "with \"quotes\"", "back\\slash", "comma, {brace}", "", "NULL", "null", " space ", "日本"]
            let row = try await client.query(
                "select $1::text[] as texts, $2::bigint[] as numbers, $3::text[] as holes, $4::int[] as nested, $5::bytea[] as blobs",
                [
                    .texts(texts), .ints([1, -2, 3]), .array(["a", nil]), .array([.array([1, 2]), .array([3, 4])]),
                    .array([.bytes([0, 255])]),
                ]
            ).only()
            #expect(try row["texts"].strings() == texts)
            #expect(try row.decode([Int].self, "numbers") == [1, -2, 3])
            #expect(await code { try row["holes"].strings() } == .decoding)
            #expect(row["nested"].text == "{{1,2},{3,4}}")
            #expect(row["blobs"].text == #"{"\\x00ff"}"#)
            let empty = try await client.query("select $1::text[] as texts", [.texts([])]).only()
            #expect(try empty["texts"].strings() == [])
        }
    }

    @Test func manyRowsInOneStatementThroughUnnest() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("create table sample (name text, value bigint)")
            let count = try await client.execute(
                "insert into sample select * from unnest($1::text[], $2::bigint[])",
                [.texts((0..<500).map { "m\($0)" }), .ints(Array(0..<500))])
            #expect(count == 500)
            #expect(try await client.query("select sum(value) as total from sample").only()["total"].int() == 124_750)
        }
    }
}
