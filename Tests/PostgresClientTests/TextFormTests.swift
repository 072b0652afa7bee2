import Testing

@testable import PostgresClient

/// Text forms and bookkeeping that need no server.
@Suite struct TextFormTests {
    @Test(arguments: ["", "{", "}", "{a", "a}", "{a,}", "{,a}", "{\"a}", "{\"a\\", "{{1},{2}}", "{a}b"])
    func brokenArraysAreNone(_ text: String) {
        #expect(ArrayText.parse(text) == nil)
    }

    @Test func arraysAreRead() {
        #expect(ArrayText.parse("{}") == [])
        #expect(ArrayText.parse("{a,NULL,\"NULL\",\"x\\\"\\\\y\"}") == ["a", nil, "NULL", "x\"\\y"])
        #expect(ArrayText.parse("[2:3]={a,b}") == ["a", "b"])
    }

    @Test(arguments: [
        "", "2026", "2026-13-01 00:00:00+00", "2026-01-01 00:00:00+00 AD", "2026-01-01 00:00+00", "infinity",
        "2026-01-01 00:00:00.1234567+00",
    ])
    func brokenTimesAreNone(_ text: String) {
        #expect(TimestampText.parse(text) == nil)
    }

    @Test func timesAreRead() {
        #expect(TimestampText.parse("1970-01-01 00:00:00+00") == 0)
        #expect(TimestampText.parse("2026-11-21T01:48:00.5Z") == 1_795_225_680_500_000)
        #expect(TimestampText.parse("1969-12-31 23:59:59.999999+00") == -1)
        #expect(TimestampText.format(microseconds: -1) == "1969-12-31 23:59:59.999999+00")
    }

    @Test func byteaTextIsReadStrictly() {
        func parse(_ text: String) -> [UInt8]? { Array(text.utf8).withUnsafeBytes { ByteaText.parse($0) } }
        #expect(parse("\\x") == [])
        #expect(parse("\\x00fFa9") == [0, 255, 0xa9])
        #expect(parse("\\x0") == nil)
        #expect(parse("\\x0g") == nil)
        #expect(parse("abc") == nil)
    }

    @Test func theStatementUsedLongestAgoGoesFirst() {
        var cache = StatementCache(limit: 2)
        func key(_ sql: String) -> StatementCache.Key { .init(sql: sql, types: []) }
        func prepare(_ sql: String) -> String? {
            #expect(cache.plan(key(sql)) == .unprepared)
            guard case .prepare(let name) = cache.plan(key(sql)) else { return nil }
            cache.didPrepare(key(sql), as: name)
            return name
        }
        let a = prepare("a"), b = prepare("b")
        #expect(a != nil && b != nil && a != b)
        #expect(cache.plan(key("a")) == .prepared(name: a ?? ""))
        #expect(prepare("c") != nil)
        #expect(cache.takeDiscarded() == [b ?? ""])
        #expect(cache.takeDiscarded() == [])
        #expect(cache.plan(key("b")) == .unprepared)
        #expect(cache.count == 2)
    }

    @Test func secretsAreTakenOutOfText() {
        let redact = Redaction(secrets: ["hunter2", "ab"])
        #expect(redact("a hunter2 about") == "a *** about")
        #expect(redact("postgres://u:p@w@host/db") == "postgres://u:***@host/db")
        #expect(redact("host=h password=x y") == "host=h password=*** y")
        #expect(redact("password = 'a b\\'c' z") == "password = *** z")
        #expect(redact("alter role r password 'it''s' valid") == "alter role r password *** valid")
        #expect(redact("password authentication failed for user \"app\"") == "password authentication failed for user \"app\"")
    }

    @Test func placesCountLinesAndColumnsFromOne() {
        let redact = Redaction()
        #expect(PostgresError.place(in: "select x", character: 8, redact: redact) == "line 1, column 8: select x")
        #expect(PostgresError.place(in: "a\né x\nc", character: 5, redact: redact) == "line 2, column 3: é x")
        #expect(PostgresError.place(in: "a", character: 0, redact: redact) == nil)
        #expect(PostgresError.place(in: "create role r password 'x", character: 24, redact: redact) == "line 1, column 24")
    }

    @Test func identifiersAreQuoted() throws {
        #expect(try quotedIdentifier("a\"b") == "\"a\"\"b\"")
        #expect(throws: PostgresError.self) { try quotedIdentifier("") }
        #expect(try quotedLiteral("it's \\") == "E'it''s \\\\'")
    }
}
