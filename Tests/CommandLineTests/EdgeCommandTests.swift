import Testing

@testable import tidegate

/// What `tidegate edge` says about its command line; what it serves is tested in EdgeServiceTests.
@Suite struct EdgeCommandTests {
    static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: [:]).run(["edge"] + arguments)
        return (code, console.written, console.complaints)
    }

    @Test(arguments: [
        [], ["--plans", "/tmp", "--listen", "nowhere"], ["--plans", "/tmp", "--threads", "0"], ["--plans", "/tmp", "--log-level", "loud"],
    ])
    func aLineThatIsNotUnderstoodExits64(_ arguments: [String]) async {
        #expect(await Self.run(arguments).code == 64)
    }

    @Test func aFolderThatIsNotThereIsSaidSo() async {
        let (code, output, errors) = await Self.run(["--plans", "/nonexistent/plans", "--listen", "127.0.0.1:0"])
        #expect(code == 1)
        #expect(output.isEmpty)
        #expect(errors == "error: /nonexistent/plans: the folder of plans cannot be read\n  create it, or name another with --plans\n")
    }
}
