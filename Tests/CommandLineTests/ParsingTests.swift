import Foundation
import Testing

@testable import tidegate

/// What the command line says without any server.
@Suite struct ParsingTests {
    static func run(_ arguments: [String], _ environment: [String: String] = [:]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        var environment = environment
        environment["HOME"] = environment["HOME"] ?? "/nonexistent"
        environment["XDG_DATA_HOME"] = environment["XDG_DATA_HOME"] ?? "/nonexistent"
        let code = await Invocation(console: console, environment: environment).run(arguments)
        return (code, console.written, console.complaints)
    }

    @Test(arguments: [
        ["release", "start", "checkout", "--to", "v42", "--policy", "demo"],
        ["release", "start", "--to", "v42", "--policy", "demo", "--reason", "x"],
        ["release", "pause", "checkout"], ["release", "abort", "checkout"], ["release", "promote", "checkout", "--full"],
        ["release", "reject", "checkout"], ["release", "status", "checkout", "--timeout", "5m"],
        ["release", "status", "checkout", "--wait", "--timeout", "5"], ["release", "list", "--state", "bogus"],
        ["release", "list", "--limit", "0"], ["audit", "show", "x"], ["nonsense"], ["release", "list", "-o", "xml"],
        ["token", "create", "x", "--role", "king"], ["serve", "--listen", "nowhere"], ["serve", "--log-level", "loud"],
        ["release", "list", "--token", "secret"],
    ])
    func aLineThatIsNotUnderstoodExits64(_ arguments: [String]) async {
        let (code, output, errors) = await Self.run(arguments)
        #expect(code == 64)
        #expect(output.isEmpty)
        #expect(errors.contains("Usage:") || errors.contains("Error:"))
    }

    @Test(arguments: [
        [], ["release"], ["release", "start"], ["release", "list"], ["release", "show"], ["release", "watch"], ["release", "status"],
        ["release", "pause"], ["release", "resume"], ["release", "promote"], ["release", "abort"], ["release", "approve"],
        ["release", "reject"],
        ["policy"], ["policy", "lint"], ["policy", "apply"], ["policy", "list"], ["policy", "show"], ["target"], ["target", "apply"],
        ["audit"], ["audit", "list"], ["audit", "show"], ["plugin"], ["plugin", "list"], ["plugin", "check"], ["plugin", "pin"],
        ["token"], ["token", "create"], ["token", "revoke"], ["db"], ["db", "migrate"], ["db", "status"], ["serve"], ["demo"],
        ["expr"], ["expr", "check"], ["expr", "eval"], ["expr", "emit"], ["route"], ["route", "explain"], ["route", "table"],
        ["route", "coverage"], ["edge"],
    ])
    func everyCommandHelpsWithAnExample(_ command: [String]) async {
        let (code, output, errors) = await Self.run(command + ["--help"])
        #expect(code == 0)
        #expect(errors.isEmpty)
        #expect(output.contains("tidegate " + command.joined(separator: " ")))
        #expect(output.contains("\n  tidegate ") || output.contains("tidegate demo"), "an example in the help of \(command)")
    }

    @Test func theVersionIsSaid() async {
        let (code, output, _) = await Self.run(["--version"])
        #expect(code == 0)
        #expect(output == "\(Version.text)\n")
    }

    @Test(arguments: ["release", "audit"])
    func withoutATokenOneMessageSaysWhereItIsLookedFor(_ command: String) async {
        let (code, output, errors) = await Self.run([command, "list"])
        #expect(code == 1)
        #expect(output.isEmpty)
        #expect(
            errors == """
                error: /nonexistent/tidegate/token: there is no token to call the server with
                  name its file with --token-file or TIDEGATE_TOKEN_FILE; `serve` writes the first one into its data folder

                """)
    }

    @Test func aServerThatIsNotThereIsSaidSo() async {
        let (code, _, errors) = await Self.run(["release", "list", "--server", "http://127.0.0.1:1"], ["TIDEGATE_TOKEN": "tdg_x"])
        #expect(code == 1)
        #expect(
            errors == """
                error: http://127.0.0.1:1: no server answers there
                  start it with `tidegate serve`, or say where it is with --server URL or TIDEGATE_SERVER

                """)
    }

    @Test func addressesAndTokenFilesAreChecked() async {
        let address = await Self.run(["status", "--server", "localhost:8420"], ["TIDEGATE_TOKEN": "tdg_x"])
        #expect(address.code == 1)
        #expect(address.errors.contains("--server: 'localhost:8420' is not the address of a server"))
        let file = await Self.run(["status", "--token-file", "/nonexistent/token"])
        #expect(file.code == 1)
        #expect(file.errors.contains("--token-file: /nonexistent/token: the token file cannot be read"))
        let folder = await Self.run(["audit", "list", "--data", "/nonexistent/data"])
        #expect(folder.code == 1)
        #expect(folder.errors.contains("/nonexistent/data: there is no database in this folder"))
        let missing = await Self.run(["policy", "apply", "/nonexistent/policy.yaml"], ["TIDEGATE_TOKEN": "tdg_x"])
        #expect(missing.code == 1)
        #expect(missing.errors.hasPrefix("error: /nonexistent/policy.yaml: there is no such file\n"))
    }

    @Test func aPasswordOnTheCommandLineIsRefused() async {
        for url in ["postgresql://admin:secret@db/tidegate", "host=db user=admin password=secret"] {
            let (code, _, errors) = await Self.run(["db", "status", "--database-url", url])
            #expect(code == 1)
            #expect(errors.contains("--database-url: a password on the command line"))
            #expect(!errors.contains("secret"))
        }
        #expect(!DatabaseOptions.holdsPassword("postgresql://admin@db:5432/tidegate"))
    }

    @Test func aDatabaseThatIsNotThereIsSaidSo() async {
        let (code, _, errors) = await Self.run(["db", "status", "--database-url", "postgresql://x@127.0.0.1:1/none?connect_timeout=2"])
        #expect(code == 1)
        #expect(errors.hasPrefix("error: "))
        #expect(errors.contains("no connection to PostgreSQL"))
        #expect(errors.split(separator: "\n").last?.hasPrefix("  ") == true, "what to do comes last")
        #expect(!errors.contains("PostgresError"))
    }

    @Test(arguments: [
        ("127.0.0.1:8420", "http://127.0.0.1:8420"), ("[::1]:9", "http://[::1]:9"), (":80", "http://127.0.0.1:80"),
        ("localhost:0", "http://localhost:0"),
    ])
    func listenAddresses(_ text: String, _ url: String) throws {
        let address = try #require(ListenAddress(argument: text))
        #expect(address.url(port: address.port) == url)
    }

    @Test(arguments: ["", "8420", "host", "::1:80", "host:65536", "host:-1"])
    func badListenAddresses(_ text: String) {
        #expect(ListenAddress(argument: text) == nil)
    }

    @Test func theDataFolderFollowsTheEnvironment() {
        #expect(DataFolder.standard(["XDG_DATA_HOME": "/d"], isRoot: false).path == "/d/tidegate")
        #expect(DataFolder.standard(["HOME": "/home/a"], isRoot: false).path == "/home/a/.local/share/tidegate")
        #expect(DataFolder.standard(["HOME": "/root"], isRoot: true).path == "/var/lib/tidegate")
    }

    @Test func pathsInURLsAreEscaped() {
        #expect(APIClient.escaped("a/b c?d=é") == "a%2Fb%20c%3Fd%3D%C3%A9")
    }
}
