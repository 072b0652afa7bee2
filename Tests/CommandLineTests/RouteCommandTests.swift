import Foundation
import ReleaseModel
import Testing

@testable import tidegate

/// `tidegate route explain` and `route table`, on a policy's file.
@Suite struct RouteCommandTests {
    static let policy = """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: shop}
        spec:
          traffic: {plugin: nginx}
          metrics: {plugin: prometheus, url: "http://127.0.0.1:9090", every: 10s, lag: 15s}
          routing:
            key: header["x-user-id"] or cookie.uid
            colors:
              - {tag: user-v2, when: 'semver(header["x-app"]) >= semver("2.0.0")'}
            rules:
              - {name: testers, when: 'header["x-canary"] == "true"', to: canary}
              - {name: night, when: 'tagged("user-v2")', to: canary, weight: 30%, during: "02:00-06:00 Asia/Shanghai"}
          stages:
            - {weight: 5%, for: 10m}
            - {weight: 50%, for: 10m}
          bake: 30m

        """

    static func run(_ arguments: [String]) async throws -> (code: Int32, output: String, errors: String) {
        let path = "/tmp/tidegate-route-\(UUID().uuidString.prefix(13)).yaml"
        try Data(policy.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(
            ["route"] + arguments.map { $0 == "POLICY" ? path : $0 })
        return (code, console.written, console.complaints)
    }

    @Test func theRuleThatDecidesIsNamed() async throws {
        let (code, output, errors) = try await Self.run(["explain", "POLICY", "-H", "x-canary: true", "-H", "x-user-id: ada"])
        #expect(code == 0, "\(errors)")
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines[0] == "goes to    canary")
        #expect(lines[1] == "because    the rule 'testers' matches first and leads to canary")
        #expect(lines[2] == "of         the policy shop, salt shop, stable 95%, canary 5%", "the first stage's weight")
        #expect(lines.contains { $0.hasPrefix("testers  canary  matches") && $0.hasSuffix("decides") })
    }

    @Test func bucketWeightAndTimeAreShown() async throws {
        let flags = ["explain", "POLICY", "--weight", "20%", "-H", "x-app: 2.1.0", "-b", "uid=7"]
        let night = try await Self.run(flags + ["--at", "2026-11-21T03:00:00+08:00"])
        #expect(night.code == 0, "\(night.errors)")
        #expect(night.output.contains("bucket     "))
        #expect(night.output.contains("0 to 1999 do, 20%"))
        #expect(night.output.contains("in force 02:00-06:00 Asia/Shanghai; weight 30%, bucket "))
        #expect(night.output.contains("user-v2  holds"))
        let day = try await Self.run(flags + ["--at", "2026-11-21T12:00:00+08:00"])
        #expect(day.output.contains("outside its time"))
    }

    @Test func theDocumentHasTheWholeExplanation() async throws {
        let (code, output, _) = try await Self.run([
            "explain", "POLICY", "--weight", "0%", "-H", "x-canary: true", "-H", "x-gray-tag: user-v2", "-o", "json",
        ])
        #expect(code == 0)
        let value = try JSONValue(parsing: output.utf8)
        #expect(value["explanation"]?["arm"]?.string == "stable")
        #expect(value["explanation"]?["rules"]?.array?.first?["outcome"]?.string == "off")
        #expect(value["admission"]?.string == "untrusted", "a client cannot colour itself")
    }

    @Test func theTableShowsRulesColoursAndBuckets() async throws {
        let (code, output, errors) = try await Self.run(["table", "POLICY", "--weight", "12.5%", "--salt", "s9"])
        #expect(code == 0, "\(errors)")
        #expect(output.contains("of       the policy shop, salt s9\n"))
        #expect(output.contains("take part   12.5%   0-1249  everybody with a key\n"), "\(output)")
        #expect(output.contains("1  testers  canary  on"))
        #expect(output.contains("30%  02:00-06:00 Asia/Shanghai  tagged(\"user-v2\")\n"))
        let off = try await Self.run(["table", "POLICY", "--weight", "0%", "-o", "json"])
        let value = try JSONValue(parsing: off.output.utf8)
        #expect(value["colorsAreOn"]?.bool == false)
        #expect(value["rules"]?.array?.map { $0["isOn"]?.bool } == [false, false])
        #expect(value["participants"] == nil || value["participants"]?.isNull == true)
    }

    @Test func thresholdsAreThoseOfSplitClients() async throws {
        let (_, output, _) = try await Self.run(["table", "POLICY", "--weight", "30%", "-o", "json"])
        let value = try JSONValue(parsing: output.utf8)
        #expect(value["participants"]?["threshold"]?.number == 1_288_490_188)
    }

    @Test(arguments: [
        (["explain", "POLICY", "--weight", "120%"], Int32(1), "--weight: '120%' is no weight"),
        (["explain", "POLICY", "--arms", "stable=70%"], 1, "sum to 70"),
        (["explain", "POLICY", "--arms", "stable"], 1, "is no arm with its weight"),
        (["table", "/nonexistent/p.yaml"], 1, "there is no such file"), (["table"], 64, "--release"),
        (["table", "POLICY", "--release", "x"], 64, "--release"),
        (["explain", "POLICY", "--weight", "1%", "--arms", "stable=100%"], 64, "either"),
    ])
    func whatIsWrongIsSaid(_ arguments: [String], _ expected: Int32, _ message: String) async throws {
        let (code, _, errors) = try await Self.run(arguments)
        #expect(code == expected, "\(errors)")
        #expect(errors.contains(message), "\(errors)")
    }
}
