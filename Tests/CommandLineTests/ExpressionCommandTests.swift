import Foundation
import Testing

@testable import tidegate

/// `tidegate expr`: answers, errors and exit codes.
@Suite struct ExpressionCommandTests {
    static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["expr"] + arguments)
        return (code, console.written, console.complaints)
    }

    /// Writes `text` to a file for as long as `body` runs.
    static func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
        let path = "/tmp/tidegate-expr-\(UUID().uuidString.prefix(13))"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    @Test func aRightExpressionIsSaidToBeRight() async {
        let (code, output, errors) = await Self.run(["check", #"header["x-canary"] == "true" and cookie.uid"#])
        #expect(code == 0)
        #expect(output == "ok, reads header[\"x-canary\"], cookie.uid\n")
        #expect(errors.isEmpty)
        #expect(await Self.run(["check", "true"]).output == "ok, reads nothing of the request\n")
    }

    @Test func aWrongExpressionShowsPlaceLineAndCaret() async throws {
        try await Self.withFile("true and\n  hedaer.x == \"1\"\n") { path in
            let (code, output, errors) = await Self.run(["check", "--file", path])
            #expect(code == 2)
            #expect(output.isEmpty)
            #expect(
                errors == """
                    \(path):2:3: unknown name 'hedaer.x'
                        hedaer.x == "1"
                        ^ did you mean 'header'?

                    """)
            let json = await Self.run(["check", "--file", path, "-o", "json"])
            #expect(json.code == 2)
            #expect(json.output.contains("\"line\" : 2") && json.output.contains("\"column\" : 3") && json.output.contains("unknown_name"))
        }
    }

    @Test(arguments: [
        (#"header["x-canary"] == "true""#, ["-H", "X-Canary: true"], Int32(0), "true\n"),
        (#"header["x-canary"] == "true""#, ["-H", "x-canary: no"], 1, "false\n"),
        (
            #"path == "/cart/7" and query.q == "1" and host == "shop.example" and scheme == "https""#,
            ["--url", "https://shop.example:8443/cart/./7?q=1#x"], 0, "true\n"
        ),
        (#"method == "POST" and cookie.uid == "7" and cookie.b == "2""#, ["-X", "POST", "-b", "uid=7", "-b", "b=2"], 0, "true\n"),
        (#"inCIDR(client.address, "10.0.0.0/8")"#, ["--client-address", "10.9.8.7"], 0, "true\n"),
        (#"tagged("user-v2") and not tagged("beta")"#, ["--tag", "user-v2"], 0, "true\n"),
        (#"host == "other""#, ["-H", "Host: other"], 0, "true\n"),
        ("now() == 1795228200", ["--at", "2026-11-21T10:30:00+08:00"], 0, "true\n"),
        ("bucket(cookie.uid, \"s7\") < 10000", ["-b", "uid=7"], 0, "true\n"),
    ])
    func evaluation(_ expression: String, _ flags: [String], _ expected: Int32, _ printed: String) async {
        let (code, output, errors) = await Self.run(["eval", expression] + flags)
        #expect(code == expected, "\(errors)")
        #expect(output == printed)
    }

    @Test func theRequestMayBeADocument() async throws {
        let text = """
            {"method": "PUT", "url": "/a?b=1", "clientAddress": "10.0.0.1", "headers": {"x-a": "1"}, "cookies": {"uid": "7"}, "tags": ["t"]}
            """
        let expression = """
            method == "PUT" and query.b == "1" and client.address == "10.0.0.1" and header["x-a"] == "1" and cookie.uid == "7" and tagged("t")
            """
        try await Self.withFile(text) { path in
            let (code, output, errors) = await Self.run(["eval", expression, "--request", path, "-o", "json"])
            #expect(code == 0, "\(errors)")
            #expect(output.contains("\"value\" : true"))
            #expect(output.contains("\"field\" : \"client.address\""))
            #expect(await Self.run(["eval", expression, "--request", path, "-H", "x-a: 2"]).code == 1, "a flag counts more")
        }
    }

    @Test func anExpressionThatCannotBeEvaluatedExits2() async {
        let (code, output, errors) = await Self.run(["eval", #"semver(header.x) > semver("1.0.0")"#, "-H", "x: foo"])
        #expect(code == 2)
        #expect(output.isEmpty)
        #expect(errors == "error: it cannot be evaluated: 'foo' is no version\n")
        let json = await Self.run(["eval", #"semver(header.x) > semver("1.0.0")"#, "-H", "x: foo", "-o", "json"])
        #expect(json.code == 2)
        #expect(json.errors.isEmpty)
        #expect(json.output.contains("'foo' is no version") && !json.output.contains("\"value\" : true"))
    }

    @Test(arguments: [
        (["eval", "true", "-H", "no colon"], "-H: 'no colon' is no header"),
        (["eval", "true", "-H", "a b: c"], "'a b' is no name that HTTP"),
        (["eval", "true", "--url", "ftp://x/"], "'ftp' is neither http nor https"), (["eval", "true", "--url", "shop/cart"], "is no URL"),
        (["eval", "true", "--at", "noon"], "--at: 'noon' is no time"), (["eval", "true", "--tag", "a b"], "--tag: the colour 'a b'"),
        (["eval", "true", "--request", "/nonexistent/r"], "there is no such file"),
        (["check", "--file", "/nonexistent/f"], "no such file"),
        (["eval", "("], "expression:1:2"),
    ])
    func whatIsWrongIsSaidAndExits2(_ arguments: [String], _ message: String) async {
        let (code, output, errors) = await Self.run(arguments)
        #expect(code == 2)
        #expect(output.isEmpty)
        #expect(errors.contains(message), "\(errors)")
    }

    @Test func unknownMembersOfTheRequestAreRefused() async throws {
        try await Self.withFile(#"{"headres": {}}"#) { path in
            let (code, _, errors) = await Self.run(["eval", "true", "--request", path])
            #expect(code == 2)
            #expect(errors.contains("there is no member 'headres' here"))
        }
    }

    @Test(arguments: [
        ["eval", "true", "--file", "x"], ["eval", "--request", "-"], ["emit", "true"], ["emit", "true", "--target", "cobol"],
    ])
    func aLineThatIsNotUnderstoodExits64(_ arguments: [String]) async {
        #expect(await Self.run(arguments).code == 64)
    }

    @Test func nginxMapsArePrinted() async {
        let (code, output, _) = await Self.run(["emit", "--target", "nginx", "--name", "testers", #"header["x-canary"] == "true""#])
        #expect(code == 0)
        #expect(output.contains("map $http_x_canary $testers { \"true\" "))
        #expect(output.contains("\"~^true\\z\" 1; default 0; }\n"))
    }

    @Test func swiftIsPrinted() async {
        let source = #"ngx.var.http_x_canary == "true" and ngx.crc32_short(ngx.var.remote_addr) % 100 < 30"#
        let (code, output, _) = await Self.run(["emit", "--target", "swift", "--name", "testers", source])
        #expect(code == 0)
        #expect(output.hasPrefix("import Predicates\n"))
        #expect(output.contains("public func testers(_ request: RequestView) throws -> Bool {\n"))
    }

    /// A condition of a real nginx+Lua gateway: what nginx cannot carry is named, and what can is said.
    @Test func whatNginxCannotCarryIsNamed() async {
        let source = #"ngx.var.http_x_canary == "true" and ngx.crc32_short(ngx.var.remote_addr) % 100 < 30"#
        let (code, output, errors) = await Self.run(["emit", "--target", "nginx", source])
        #expect(code == 2)
        #expect(output.isEmpty)
        #expect(errors.contains("nginx cannot carry (crc32(client.address) % 100) < 30"))
        #expect(errors.contains("`tidegate edge`"))
    }
}
