import Foundation
import ReleaseModel
import ReleaseStore
import Testing

@testable import tidegate

/// Commands run in this process against a real server; no controller, so releases stay where they are.
@Suite struct ClientCommandTests {
    private static let policy = """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: demo}
        spec:
          metrics: {plugin: prometheus, url: "http://127.0.0.1:9090", every: 5s, lag: 2s}
          stages:
            - {weight: 5%, for: 30s}
        """
    private static let target = """
        {"name": "edge", "plugin": "nginx", "nodes": [{"name": "edge-1", "configuration": {"prefix": "/tmp/nginx"}}],
         "services": [{"name": "checkout", "stable": "v41",
                       "revisions": [{"name": "v41", "servers": ["127.0.0.1:8041"]}, {"name": "v42", "servers": ["127.0.0.1:8042"]}]}]}
        """

    @Test func aReleaseFromPolicyToHistory() async throws {
        try await LiveServer.run { server in
            try await TemporaryFolder.run { folder in
                let policyFile = try folder.write(Self.policy, to: "policy.yaml")
                let targetFile = try folder.write(Self.target, to: "edge.json")
                let applied = await server.run("policy", "apply", policyFile)
                #expect(applied.code == 0, "\(applied.errors)")
                #expect(applied.output.contains("stored policy demo, version 1"))
                #expect(await server.run("policy", "show", "demo").output == Self.policy + "\n")
                let drawn = await server.run("policy", "show", "demo", "--svg")
                #expect(drawn.output.hasPrefix("<svg") && drawn.output.contains("version 1"), "\(drawn.errors)")
                #expect(await server.run("policy", "show", policyFile, "--svg").output.contains("The rollback tree of demo"))
                let stored = await server.run("target", "apply", targetFile)
                #expect(stored.output == "stored target edge: 1 node, 1 service\n", "\(stored.errors)")

                let started = await server.run(
                    "release", "start", "checkout", "--to", "v42", "--policy", "demo", "--reason", "new basket", "--ticket", "SHOP-117",
                    "--on-behalf-of", "alice")
                #expect(started.code == 0, "\(started.errors)")
                let reference = try #require(started.output.split(separator: " ").dropFirst().first?.dropLast()).description
                #expect(
                    started.output
                        == "started \(reference): checkout to v42 on edge\n  follow it with: tidegate release watch \(reference)\n")

                let list = await server.run("release", "list", "--active")
                #expect(list.output.contains(reference))
                #expect(list.output.contains("tester for alice"))
                let shown = await server.run("release", "show", "checkout", "-o", "json")
                let document = try JSONValue(parsing: shown.output.utf8)
                #expect(document["detail"]?["release"]?["id"]?.string == reference)
                #expect(document["detail"]?["release"]?["provenance"]?["ticket"]?.string == "SHOP-117")
                #expect(await server.run("release", "show", "checkout").output.contains("ticket   SHOP-117"))

                let status = await server.run("release", "status", "checkout")
                #expect(status.code == 4)
                #expect(status.output.hasPrefix("\(reference)  pending  weight 0%"))
                let waited = await server.run("release", "status", "checkout", "--wait", "--timeout", "1s", "-o", "json")
                #expect(waited.code == 4)
                #expect(try JSONValue(parsing: waited.output.utf8)["timedOut"]?.bool == true)

                let paused = await server.run("release", "pause", "checkout", "--reason", "odd totals")
                #expect(paused.code == 0, "\(paused.errors)")
                #expect(await server.run("release", "show", "checkout").output.contains("waiting  pause by tester: odd totals"))
                #expect(await server.run("audit", "list", "--release", "checkout").output == "no decisions\n")
            }
        }
    }

    @Test func errorsOfTheServerAreToldOnce() async throws {
        try await LiveServer.run { server in
            let unknown = await server.run("release", "show", "nothing")
            #expect(unknown.code == 1)
            #expect(unknown.output.isEmpty)
            #expect(unknown.errors.hasPrefix("error: "))
            #expect(unknown.errors.contains("'nothing'"))
            let empty = await server.run("release", "pause", "nothing", "--reason", " ")
            #expect(empty.code == 1)
            try await TemporaryFolder.run { folder in
                let file = try folder.write(Self.policy.replacing("weight: 5%", with: "wieght: 5%"), to: "broken.yaml")
                let broken = await server.run("policy", "apply", file)
                #expect(broken.code == 1)
                #expect(broken.errors.contains("\(file):7:"))
                #expect(broken.errors.contains("^"))
                #expect(broken.errors.contains("nothing was stored"))
            }
        }
    }

    @Test func tokensAreMadeListedAndRevoked() async throws {
        try await LiveServer.run { server in
            try await TemporaryFolder.run { folder in
                let made = await server.run("token", "create", "jenkins", "--role", "auditor", "--write", "\(folder.path)/jenkins.token")
                #expect(made.code == 0, "\(made.errors)")
                #expect(!made.output.contains("tdg_"))
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/jenkins.token")
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let asJenkins = await server.run("status", "--token-file", "\(folder.path)/jenkins.token")
                #expect(asJenkins.output.contains("you are jenkins (auditor)"), "\(asJenkins.errors)")
                let refused = await server.run("release", "pause", "x", "--reason", "y", "--token-file", "\(folder.path)/jenkins.token")
                #expect(refused.code == 1)
                #expect(refused.errors.contains("token 'jenkins' has the role 'auditor'"))
                #expect(await server.run("token", "revoke", "jenkins", "--reason", "left").code == 0)
                let revoked = await server.run("status", "--token-file", "\(folder.path)/jenkins.token")
                #expect(revoked.code == 1)
                #expect(revoked.errors.contains("does not accept the token"))
            }
        }
    }
}
