import Foundation
import HTTPClient
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

    /// The program itself: it serves a plan that comes after its start, says that its port is taken, and stops on SIGTERM.
    @Test func theProgramServesAndStops() async throws {
        let folder = "/tmp/tidegate-edge-\(UUID().uuidString.prefix(13))"
        let plans = "\(folder)/plans"
        try FileManager.default.createDirectory(atPath: plans, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let edge = try Program.edge(plans: plans, folder: folder)
        let url = try await edge.url()
        let http = HTTPClient()
        defer { http.shutdown() }
        #expect(try await http.send(HTTPRequest(.get, url + "/healthz", timeout: .seconds(20))).status == 200)
        let second = try Program.edge(plans: plans, folder: folder, listen: String(url.dropFirst("http://".count)))
        #expect(try await second.end() == 1)
        #expect(second.errors.contains("name another address with --listen"), "\(second.errors)")
        let plan = """
            {"release": "shop-1", "service": "shop", "generation": 1, "leaseTerm": 1, "salt": "s", "arms": [
              {"name": "stable", "revision": "v1", "weight": 10000, "servers": []}],
             "routing": {"plugin": "", "coloring": "", "key": "cookie.uid", "tagHeader": "x-gray-tag", "colors": [], "rules": []}}
            """
        try Data(plan.utf8).write(to: URL(filePath: "\(plans)/shop.json"), options: .atomic)
        let question = HTTPRequest(
            .get, url + "/decide", headers: [HTTPHeader("x-tidegate-service", "shop"), HTTPHeader("x-original-uri", "/")],
            timeout: .seconds(20))
        let end = ContinuousClock.now + Program.patience
        var answer = try await http.send(question)
        while answer.status == 404, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            answer = try await http.send(question)
        }
        #expect(answer.status == 200)
        #expect(answer.header("x-tidegate-revision") == "v1")
        edge.terminate()
        #expect(try await edge.end() == 0, "\(edge.errors)")
        #expect(edge.output.hasSuffix("stopped\n"))
    }
}
