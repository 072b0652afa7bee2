import HTTPClient
import PolicyLanguage
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

@Suite struct PolicyAndTargetRoutesTests {
    @Test func aPolicyIsReadStoredAndShown() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let applied = try await server.call(
                .put, "/v1/policies", as: .operator, json: ["source": .string(Fixtures.policySource), "place": "demo.yaml"])
            #expect(applied.status == 200, "\(applied.text)")
            let view: PolicyView = try applied.decoded()
            #expect(view.name == "demo")
            #expect(view.version == 1)
            #expect(view.policy.stages.count == 2)
            let again: PolicyView = try await server.call(.put, "/v1/policies", json: ["source": .string(Fixtures.policySource)]).decoded()
            #expect(again.version == 1)
            let shown: PolicyView = try await server.call(.get, "/v1/policies/demo").decoded()
            #expect(shown.source == Fixtures.policySource)
            #expect(shown.digest == view.digest)
            let list: Page<PolicySummary> = try await server.call(.get, "/v1/policies").decoded()
            #expect(list.items.map(\.name) == ["demo"])
        }
    }

    @Test func aBrokenPolicyIsRefusedWithItsPlaceAndNothingIsStored() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let broken = Fixtures.policySource.replacing("weight: 5%", with: "wieght: 5%")
            let answer = try await server.call(.put, "/v1/policies", json: ["source": .string(broken), "place": "demo.yaml"])
            #expect(answer.status == 400)
            #expect(answer.errorReason.contains("demo.yaml:7"), "\(answer.errorReason)")
            #expect(try await server.store.policies().isEmpty)
        }
    }

    @Test func anUnknownPluginIsSaidBeforeAReleaseDependsOnIt() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let source = Fixtures.policySource.replacing("plugin: prometheus", with: "plugin: absent")
            let answer = try await server.call(.put, "/v1/policies", json: ["source": .string(source), "place": "demo.yaml"])
            #expect(answer.status == 404, "\(answer.text)")
            #expect(answer.errorReason.contains("absent"))
            #expect(answer.json["error"]?["place"]?.string == "demo.yaml, metrics")
            #expect(try await server.store.policies().isEmpty)
        }
    }

    /// A policy under which no release could run is not stored, and one that was stored earlier starts none.
    @Test func aPolicyUnderWhichNothingCouldRunIsRefused() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let source = Fixtures.policySource.replacing("name: demo", with: "name: unfit")
            let applied = try await server.call(.put, "/v1/policies", json: ["source": .string(source), "place": "unfit.yaml"])
            #expect(applied.status == 400 && applied.errorReason.contains("no plugin of it gives 'x'"), "\(applied.text)")
            #expect(try await server.store.policies().map(\.name) == ["demo"])
            let policy = try PolicyParser.policy(source, file: "unfit.yaml")
            _ = try await server.store.applyPolicy(source: source, policy: policy, actor: Fixtures.actor)
            let started = try await server.call(
                .post, "/v1/releases", json: ["service": "checkout", "to": "v42", "policy": "unfit", "reason": "x"])
            #expect(started.status == 400 && started.errorReason.contains("no plugin of it gives 'x'"), "\(started.text)")
            #expect(try await server.store.releases().isEmpty)
        }
    }

    @Test func aTargetIsStoredAndShown() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let target = Fixtures.target()
            let stored = try await server.call(.put, "/v1/targets", json: ["target": try JSONValue(encoding: target)])
            #expect(stored.status == 200, "\(stored.text)")
            let shown: Target = try await server.call(.get, "/v1/targets/edge", as: .auditor).decoded()
            #expect(shown == target)
            #expect(try await server.call(.get, "/v1/targets").items.count == 1)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "not host:port"), ("127.0.0.1:0", "not host:port"), ("a b:80", "not host:port"), ("::1:80", "not host:port"),
        ("127.0.0.1:80;include /etc/passwd", "not host:port"),
    ])
    func badServersAreRefused(_ server: String, _ reason: String) async throws {
        try await RunningServer.run { (running: RunningServer) async throws -> Void in
            var target = Fixtures.target()
            target.services[0].revisions[1].servers = [server]
            let answer = try await running.call(.put, "/v1/targets", json: ["target": try JSONValue(encoding: target)])
            #expect(answer.status == 400)
            #expect(answer.errorReason.contains(reason))
        }
    }

    @Test func aTargetsPluginMustBeThere() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            var target = Fixtures.target()
            target.plugin = "absent"
            let answer = try await server.call(.put, "/v1/targets", json: ["target": try JSONValue(encoding: target)])
            #expect(answer.status == 404)
            #expect(answer.json["error"]?["place"]?.string == "target edge, node edge-1")
            #expect(try await server.store.targets().isEmpty)
        }
    }

    @Test func aStableRevisionMustBeThere() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            var target = Fixtures.target()
            target.services[0].stable = "v40"
            let answer = try await server.call(.put, "/v1/targets", json: ["target": try JSONValue(encoding: target)])
            #expect(answer.status == 400)
            #expect(answer.errorReason.contains("v40"))
        }
    }

    @Test func pinsAreStoredUnderTheCallersName() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let sha256 = String(repeating: "ab", count: 32)
            let pin: JSONValue = [
                "name": "HealthScore", "version": "1.0.0", "kind": "scoring", "sha256": .string(sha256), "reason": "reviewed",
            ]
            #expect(try await server.call(.post, "/v1/plugins/pins", json: pin).status == 201)
            let pins: Page<PinView> = try await server.call(.get, "/v1/plugins/pins", as: .auditor).decoded()
            #expect(pins.items.map(\.sha256) == [sha256])
            #expect(pins.items.first?.pinnedBy.name == "the-admin")
            #expect(
                try await server.call(
                    .post, "/v1/plugins/pins", json: ["name": "X", "version": "1", "kind": "scoring", "sha256": "ab", "reason": "x"]
                ).status == 400)
        }
    }
}
