import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("The README's example") struct ReadmeTests {
    private static let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Plugins/NginxTraffic/README.md")

    private static func block(_ language: String) throws -> String {
        let text = try String(contentsOf: readme, encoding: .utf8)
        let start = try #require(text.range(of: "```\(language)\n")).upperBound
        return String(text[start..<(try #require(text.range(of: "\n```", range: start..<text.endIndex))).lowerBound])
    }

    @Test("runs as it stands, but for its ports") func runs() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(starts: false)
        var text = try Self.block("nginx").replacing("127.0.0.1:8080", with: "127.0.0.1:\(node.port)")
        if geteuid() != 0 { text = text.replacing("user root;", with: "") }
        try node.nginx.folder.write(text, to: "conf/nginx.conf")
        try node.nginx.start()
        #expect(try await node.get("/").status == 404)
        let response = try await node.apply(plan(backends, canary: 10_000))
        #expect(response.applied, "\(response.reason ?? "")")
        #expect(try await node.get("/", [("x-user-id", "u")]).named == "v42")
    }

    @Test func theNodeConfigurationIsValid() throws {
        let configuration = try JSONValue(parsing: Array(try Self.block("json").utf8))
        #expect(NginxTraffic().validate(configuration) == [])
        let settings = try NodeSettings(configuration)
        #expect(settings.main == "/srv/edge/conf/nginx.conf")
        #expect(settings.folder == "/srv/edge/conf/tidegate")
        #expect(settings.statusListen == "127.0.0.1:8422")
    }

    @Test("lists every setting with its default") func settings() throws {
        let text = try String(contentsOf: Self.readme, encoding: .utf8)
        for setting in NginxTraffic.descriptor.settings {
            let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(setting.name)` |") }
            #expect(row != nil, "\(setting.name) is not in the table")
            if let standard = setting.defaultValue?.string { #expect(row?.contains("`\(standard)`") == true) }
        }
    }
}
